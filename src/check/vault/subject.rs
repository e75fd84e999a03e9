//! The subject of a token, as GitHub writes it.

/// `repo:OWNER/NAME` and what a job runs for.
pub struct Subject<'a> {
    /// The owner; in the form with numbers, `NAME@NUMBER`.
    pub owner: &'a str,
    /// The repository, likewise.
    pub name: &'a str,
    /// What follows, from the colon on.
    pub rest: &'a str,
}

impl<'a> Subject<'a> {
    /// Takes it apart; none where it is of another form, which organizations may choose.
    pub fn of(text: &'a str) -> Option<Self> {
        let (owner, rest) = text.strip_prefix("repo:")?.split_once('/')?;
        let end = rest.find(':').unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        Some(Self { owner, name, rest })
    }

    /// Whether the numbers of owner and repository are in it.
    pub fn is_immutable(&self) -> bool {
        self.owner.contains('@') && self.name.contains('@')
    }

    /// Whether it has the numbers where GitHub put them for some hours.
    pub fn is_withdrawn(&self) -> bool {
        // The first numbers of GitHub are of one digit, but what is as short as that is a name more often.
        let numbered = |part: &str| {
            part.rsplit_once('-').is_some_and(|(name, number)| {
                !name.is_empty() && number.len() >= 4 && number.bytes().all(|b| b.is_ascii_digit())
            })
        };
        numbered(self.owner) && numbered(self.name)
    }

    /// The form without numbers.
    pub fn without_numbers(&self) -> String {
        let plain = |part: &'a str| part.split('@').next().unwrap_or_default();
        format!("repo:{}/{}{}", plain(self.owner), plain(self.name), self.rest)
    }
}
