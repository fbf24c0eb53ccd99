//! What Shopify says is wrong with an input.

use serde::Deserialize;
use sync_core::{ConnectorError, ErrorKind};

use crate::client::{snake, tidy};

/// A row of `userErrors`. Some kinds have no code.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct UserError {
    pub(crate) field: Option<Vec<String>>,
    message: String,
    #[serde(default)]
    pub(crate) code: Option<String>,
}

impl UserError {
    /// Whether it has this code.
    pub(crate) fn is(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    /// `input.variants.4: The variant 'S / Red' already exists.`
    fn said(&self) -> String {
        let path = self.field.iter().flatten().take(12);
        let path: Vec<String> = path.map(|step| tidy(step)).collect();
        if path.is_empty() {
            tidy(&self.message)
        } else {
            format!("`{}`: {}", path.join("."), tidy(&self.message))
        }
    }
}

/// The error that these rows come to; `None` where there are none.
pub(crate) fn refused(errors: &[UserError]) -> Option<ConnectorError> {
    let first = errors.first()?;
    let code = first.code.as_deref().map_or("user_error".to_owned(), snake);
    let said: Vec<String> = errors.iter().take(5).map(UserError::said).collect();
    let more = errors.len().saturating_sub(said.len());
    let more = if more > 0 {
        format!(" (and {more} more)")
    } else {
        String::new()
    };
    let message = format!("Shopify refuses: {}{more}", said.join("; "));
    Some(ConnectorError::new(ErrorKind::Rejected, code, message))
}

/// A refusal of this connector's own.
pub(crate) fn refusal(code: &str, message: impl Into<String>) -> ConnectorError {
    ConnectorError::new(ErrorKind::Rejected, code, message)
}
