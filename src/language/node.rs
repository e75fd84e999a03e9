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

        impl $crate::language::walk::Walk for $name {
            #[allow(unused_variables, reason = "a word without parts tells nothing")]
            fn walk(&self, facts: &mut $crate::language::walk::Facts) {
                $( $crate::language::node::walk!($kind self facts $key $field); )*
            }
        }

        impl $crate::language::walk::Named for $name {
            #[allow(unreachable_code, reason = "the first argument is the name")]
            fn own_name(&self) -> Option<String> {
                $( $crate::language::node::own_name!($kind self $field); )*
                None
            }

            fn own_span(&self) -> $crate::syntax::Span {
                self.span
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

macro_rules! walk {
    (arg $node:ident $facts:ident $key:literal $field:ident) => {
        $facts.argument(
            &<Self as $crate::language::decode::Decode>::SPEC,
            $key,
            &$node.$field.value,
            $node.$field.span,
        )
    };
    (opt_arg $node:ident $facts:ident $key:literal $field:ident) => {
        if let Some(one) = &$node.$field {
            $facts.argument(&<Self as $crate::language::decode::Decode>::SPEC, $key, &one.value, one.span);
        }
    };
    (args $node:ident $facts:ident $key:literal $field:ident) => {
        if let Some(first) = $node.$field.first() {
            let all: Vec<String> = $node.$field.iter().map(|one| one.value.to_string()).collect();
            let spec = <Self as $crate::language::decode::Decode>::SPEC;
            $facts.argument(&spec, $key, &all.join(" "), first.span);
        }
    };
    (prop $node:ident $facts:ident $key:literal $field:ident) => {
        $facts.value($key, &$node.$field.value, $node.$field.span)
    };
    (opt_prop $node:ident $facts:ident $key:literal $field:ident) => {
        if let Some(one) = &$node.$field {
            $facts.value($key, &one.value, one.span);
        }
    };
    (child $node:ident $facts:ident $key:literal $field:ident) => {
        $facts.child($key, &$node.$field)
    };
    (opt_child $node:ident $facts:ident $key:literal $field:ident) => {
        if let Some(one) = &$node.$field {
            $facts.child($key, one);
        }
    };
    (children $node:ident $facts:ident $key:literal $field:ident) => {
        $crate::language::node::walk!(list $node $facts $key $field)
    };
    (list $node:ident $facts:ident $key:literal $field:ident) => {
        for (at, one) in $node.$field.iter().enumerate() {
            let name = $crate::language::walk::Named::own_name(one);
            $facts.member($key, name, at, $crate::language::walk::Named::own_span(one), one);
        }
    };
}

macro_rules! own_name {
    (arg $node:ident $field:ident) => {
        return Some($node.$field.value.to_string());
    };
    ($kind:ident $node:ident $field:ident) => {};
}

pub(crate) use {default, holds, kind, node, own_name, required, slot, take, walk};
