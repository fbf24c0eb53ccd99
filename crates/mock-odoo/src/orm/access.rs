//! Who may do what with which model, by group.

use std::collections::BTreeSet;

use crate::fault::{Fault, Res};
use crate::orm::{Model, View};

/// What one may do with a model's records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Perm {
    Read,
    Write,
    Create,
    Unlink,
}

impl Perm {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "read" => Self::Read,
            "write" => Self::Write,
            "create" => Self::Create,
            "unlink" => Self::Unlink,
            _ => return None,
        })
    }

    fn verb(self) -> &'static str {
        match self {
            Self::Read => "access",
            Self::Write => "modify",
            Self::Create => "create",
            Self::Unlink => "delete",
        }
    }

    fn letter(self) -> char {
        match self {
            Self::Read => 'r',
            Self::Write => 'w',
            Self::Create => 'c',
            Self::Unlink => 'u',
        }
    }
}

/// One line of a model's access list: a group (empty for everyone), and letters of `rwcu`.
pub(crate) type Access = (&'static str, &'static str);

/// The superuser.
const ROOT: i64 = 1;

impl View<'_> {
    /// The names of the user's groups.
    fn groups(&self) -> BTreeSet<&str> {
        let ids = self
            .row("res.users", self.s.uid)
            .map_or(&[][..], |row| row.get("groups_id").as_ids());
        ids.iter()
            .filter_map(|id| self.row("res.groups", *id))
            .map(|row| row.text("full_name"))
            .collect()
    }

    pub(crate) fn has_group(&self, name: &str) -> bool {
        self.s.uid == ROOT || self.groups().contains(name)
    }

    /// Whether the user has a right on a model.
    pub(crate) fn may(&self, model: &Model, perm: Perm) -> bool {
        if self.s.uid == ROOT {
            return true;
        }
        let groups = self.groups();
        crate::models::access::lines(model.name)
            .iter()
            .any(|(group, perms)| {
                perms.contains(perm.letter()) && (group.is_empty() || groups.contains(group))
            })
    }

    /// The right, or the `AccessError` that names the groups that have it.
    pub(crate) fn allow(&self, model: &Model, perm: Perm) -> Res<()> {
        if self.may(model, perm) {
            return Ok(());
        }
        let names: BTreeSet<&str> = crate::models::access::lines(model.name)
            .iter()
            .filter(|(group, perms)| !group.is_empty() && perms.contains(perm.letter()))
            .map(|(group, _)| *group)
            .collect();
        let who = if names.is_empty() {
            "No group currently allows this operation.".to_owned()
        } else {
            let list: Vec<String> = names.iter().map(|name| format!("\t- {name}")).collect();
            format!(
                "This operation is allowed for the following groups:\n{}",
                list.join("\n")
            )
        };
        Err(Fault::access(format!(
            "You are not allowed to {} '{}' ({}) records.\n\n{who}\n\nContact your administrator to request access if \
             necessary.",
            perm.verb(),
            model.label,
            model.name
        )))
    }
}
