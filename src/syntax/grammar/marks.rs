//! What is neither a word nor a value: `\`, `/-`, parentheses, brackets, and characters that KDL
//! refuses.

use super::super::build::meant;
use super::super::lex::{Kind, Token};
use super::super::slip::path;
use super::super::trouble::{KDL_SYNTAX, NOT_KDL, TYPE_ANNOTATION};
use super::{Place, Reader};

impl Reader<'_> {
    /// `\`: the node goes on in the next line.
    pub(super) fn continuation(&mut self, token: Token) {
        self.spaced = true;
        self.cursor.pass(|t| t.is_blank() || t.kind == Kind::LineComment);
        match self.cursor.peek().map(|t| t.kind) {
            None => {}
            Some(Kind::Newline) => {
                self.cursor.next();
            }
            Some(_) => self.stop(
                token,
                "a `\\` outside of a string must end its line",
                "it joins the node with the next line; a backslash in a value needs quotes: \"\\\\\"",
            ),
        }
    }

    /// `/-`
    pub(super) fn slashdash(&mut self, token: Token) {
        if !self.spaced && self.place == Place::Entries {
            self.tell(KDL_SYNTAX, token, "a space is missing before `/-`", "add a space");
        }
        let node = self.place == Place::Node;
        let mut ahead = self.cursor.clone();
        ahead.pass(|t| t.is_blank() || matches!(t.kind, Kind::Newline | Kind::LineComment));
        let takes = ahead.peek().is_some_and(|t| match t.kind {
            Kind::Open => !node,
            Kind::Other => node,
            _ => t.is_value() && self.place != Place::Closed,
        });
        if takes {
            self.cursor.pass_slashdashed(node);
            (self.spaced, self.named) = (true, false);
        } else {
            self.stop(
                token,
                "nothing stands behind `/-`",
                "`/-` takes out the node, value or block behind it",
            );
        }
    }

    /// Anything that has no place outside of strings.
    pub(super) fn other(&mut self, token: Token) {
        match self.written(token) {
            "(" => {
                self.annotation(token);
            }
            "/" if self.place != Place::Entries => {
                self.stop(token, "a `/` by itself is not KDL", "a comment starts with `//`");
            }
            "/" => {
                let slip = path(self.text, token.start);
                let at = Token { end: slip.end, ..token };
                self.tell(slip.code, at, slip.message.as_str(), slip.help.as_str());
                self.cursor.jump(self.text, at.end, self.end);
                self.arg(at, meant(&slip.meant));
            }
            "[" if self.place == Place::Node => self.stop(
                token,
                "`[…]` is TOML; KDL has no tables",
                "a node holds others in braces: pool \"name\" { … }",
            ),
            "[" | "]" => {
                let help = "write the values one after another, or one node for each";
                self.tell(NOT_KDL, token, "KDL has no lists in brackets", help);
                self.spaced = true;
            }
            ")" => self.stop(token, "a `)` closes nothing", "put the value in quotes"),
            character => {
                let code = character.chars().next().map_or(0, u32::from);
                let message = format!("the character U+{code:04X} is not allowed in a KDL file");
                self.stop(token, &message, "remove it; in a string it can be written as \\u{…}");
            }
        }
    }

    /// `(type)`, told and passed over. False where it has no end.
    pub(super) fn annotation(&mut self, open: Token) -> bool {
        let mut close = None;
        self.cursor.pass(|token| {
            let inside =
                close.is_none() && (token.is_blank() || token.is_value() || token.kind == Kind::Other);
            if inside && token.kind == Kind::Other {
                close = Some(token);
            }
            inside
        });
        let Some(close) = close.filter(|token| self.written(*token) == ")") else {
            self.stop(open, "a `(` is not closed", "put the value in quotes");
            return false;
        };
        let all = Token { end: close.end, ..open };
        let message = format!("the type annotation `{}` means nothing in a fleet file", self.written(all));
        let help = "remove it: fleetc knows the type of every value; a value with `(` needs quotes";
        self.tell(TYPE_ANNOTATION, all, message, help);
        self.spaced = true;
        true
    }
}
