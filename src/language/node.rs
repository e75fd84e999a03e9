//! `node!`: one declaration of a word gives its type, its decoder and its entry in the vocabulary.

/// Declares a node of the language.
///
/// ```ignore
/// node! {
///     /// How many runners a pool keeps, and how many it may have at once.
///     "runners" => Runners {
///         /// Idle runners kept ready.
///         "min" min: prop Count = "0",
///         /// Most runners at once.
///         "max" max: opt_prop Count,
///     }
/// }
/// ```
///
/// Kinds: `arg`, `opt_arg`, `args`; `prop` (required, or with a default), `opt_prop`; `child`,
/// `opt_child`, `children` (told apart by their first argument), `list`. A value that is the name of another node of the
/// file says of which word: `"class" class: arg Name => "hardware"`.
macro_rules! node {
    ($(#[doc = $doc:literal])* $word:literal => $name:ident { $(
        $(#[doc = $field_doc:literal])* $key:literal $field:ident : $kind:ident $ty:ty $(= $default:literal)? $(=> $refers:literal)?
    ),* $(,)? }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            /// The node's word, arguments and properties, as written.
            pub span: $crate::syntax::Span,
            $( $(#[doc = $field_doc])* pub $field: $crate::language::node::slot!($kind $ty), )*
        }

        impl $crate::language::decode::Decode for $name {
            const SPEC: $crate::language::spec::NodeSpec = $crate::language::spec::NodeSpec {
                word: $word,
                doc: concat!($($doc, "\n"),*),
                fields: &[ $( $crate::language::spec::FieldSpec {
                    kind: $crate::language::node::kind!($kind),
                    name: $key,
                    holds: $crate::language::node::holds!($kind $ty),
                    required: $crate::language::node::required!($kind $($default)?),
                    default: $crate::language::node::default!($($default)?),
                    refers: $crate::language::node::default!($($refers)?),
                    doc: concat!($($field_doc, "\n"),*),
                } ),* ],
            };

            fn decode(
                decoder: &mut $crate::language::decode::Decoder<'_>,
                node: &$crate::syntax::Node,
            ) -> Option<Self> {
                #[allow(unused_mut, reason = "a word without parts takes nothing")]
                let mut fields = decoder.open(node, &Self::SPEC);
                $( let $field = $crate::language::node::take!($kind fields $key); )*
                fields.close()?;
                Some(Self { span: node.head(), $( $field: $field?, )* })
            }
        }
    };
}

macro_rules! slot {
    (arg $ty:ty) => { $crate::syntax::Spanned<$ty> };
    (opt_arg $ty:ty) => { Option<$crate::syntax::Spanned<$ty>> };
    (args $ty:ty) => { Vec<$crate::syntax::Spanned<$ty>> };
    (prop $ty:ty) => { $crate::syntax::Spanned<$ty> };
    (opt_prop $ty:ty) => { Option<$crate::syntax::Spanned<$ty>> };
    (child $ty:ty) => { $ty };
    (opt_child $ty:ty) => { Option<$ty> };
    (children $ty:ty) => { Vec<$ty> };
    (list $ty:ty) => { Vec<$ty> };
}

macro_rules! kind {
    (arg) => {
        $crate::language::spec::FieldKind::Argument
    };
    (opt_arg) => {
        $crate::language::spec::FieldKind::Argument
    };
    (args) => {
        $crate::language::spec::FieldKind::Arguments
    };
    (prop) => {
        $crate::language::spec::FieldKind::Property
    };
    (opt_prop) => {
        $crate::language::spec::FieldKind::Property
    };
    (child) => {
        $crate::language::spec::FieldKind::Child
    };
    (opt_child) => {
        $crate::language::spec::FieldKind::Child
    };
    (children) => {
        $crate::language::spec::FieldKind::Children
    };
    (list) => {
        $crate::language::spec::FieldKind::List
    };
}

macro_rules! holds {
    (child $ty:ty) => { $crate::language::node::holds!(@node $ty) };
    (opt_child $ty:ty) => { $crate::language::node::holds!(@node $ty) };
    (children $ty:ty) => { $crate::language::node::holds!(@node $ty) };
    (list $ty:ty) => { $crate::language::node::holds!(@node $ty) };
    (@node $ty:ty) => {
        $crate::language::spec::Holds::Node(&<$ty as $crate::language::decode::Decode>::SPEC)
    };
    ($kind:ident $ty:ty) => {
        $crate::language::spec::Holds::Value(&<$ty as $crate::language::value::Value>::TYPE)
    };
}

macro_rules! required {
    (arg) => {
        true
    };
    (prop) => {
        true
    };
    (child) => {
        true
    };
    ($kind:ident $($default:literal)?) => {
        false
    };
}

macro_rules! default {
    () => {
        None
    };
    ($default:literal) => {
        Some($default)
    };
}

macro_rules! take {
    (arg $fields:ident $key:literal) => {
        $fields.argument($key)
    };
    (opt_arg $fields:ident $key:literal) => {
        $fields.optional_argument()
    };
    (args $fields:ident $key:literal) => {
        $fields.arguments()
    };
    (prop $fields:ident $key:literal) => {
        $fields.property($key)
    };
    (opt_prop $fields:ident $key:literal) => {
        $fields.optional_property($key)
    };
    (child $fields:ident $key:literal) => {
        $fields.child($key)
    };
    (opt_child $fields:ident $key:literal) => {
        $fields.optional_child($key)
    };
    (children $fields:ident $key:literal) => {
        $fields.children($key)
    };
    (list $fields:ident $key:literal) => {
        $fields.list($key)
    };
}

pub(crate) use {default, holds, kind, node, required, slot, take};
