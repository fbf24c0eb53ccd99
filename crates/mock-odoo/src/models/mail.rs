//! The fields of messaging and activities that many models carry; this simulator keeps no messages.

use crate::orm::Field;
use crate::orm::make::{bool, char, date, int, m2m, m2o, o2m, selection};

/// Message fields.
pub(super) fn thread() -> Vec<Field> {
    vec![
        bool("message_is_follower", "Is Follower")
            .empty()
            .not_stored()
            .readonly(),
        o2m("message_follower_ids", "mail.followers", "res_id", "Followers").empty(),
        m2m("message_partner_ids", "res.partner", "Followers (Partners)")
            .empty()
            .not_stored(),
        o2m("message_ids", "mail.message", "res_id", "Messages").empty(),
        bool("has_message", "Has Message").empty().not_stored().readonly(),
        bool("message_needaction", "Action Needed")
            .empty()
            .not_stored()
            .readonly(),
        int("message_needaction_counter", "Number of Actions")
            .empty()
            .not_stored()
            .readonly(),
        bool("message_has_error", "Message Delivery error")
            .empty()
            .not_stored()
            .readonly(),
        int("message_has_error_counter", "Number of errors")
            .empty()
            .not_stored()
            .readonly(),
        int("message_attachment_count", "Attachment Count")
            .empty()
            .not_stored()
            .readonly(),
        o2m(
            "website_message_ids",
            "mail.message",
            "res_id",
            "Website Messages",
        )
        .empty(),
        bool("message_has_sms_error", "SMS Delivery error")
            .empty()
            .not_stored()
            .readonly(),
    ]
}

/// Activity fields.
pub(super) fn activities() -> Vec<Field> {
    vec![
        o2m("activity_ids", "mail.activity", "res_id", "Activities").empty(),
        selection(
            "activity_state",
            "Activity State",
            &[("overdue", "Overdue"), ("today", "Today"), ("planned", "Planned")],
        )
        .empty()
        .not_stored()
        .readonly(),
        m2o("activity_user_id", "res.users", "Responsible User")
            .empty()
            .not_stored(),
        m2o("activity_type_id", "mail.activity.type", "Next Activity Type")
            .empty()
            .not_stored(),
        char("activity_type_icon", "Activity Type Icon")
            .empty()
            .not_stored()
            .readonly(),
        date("activity_date_deadline", "Next Activity Deadline")
            .empty()
            .not_stored()
            .readonly(),
        date("my_activity_date_deadline", "My Activity Deadline")
            .empty()
            .not_stored()
            .readonly(),
        char("activity_summary", "Next Activity Summary")
            .empty()
            .not_stored(),
        selection(
            "activity_exception_decoration",
            "Activity Exception Decoration",
            &[("warning", "Alert"), ("danger", "Error")],
        )
        .empty()
        .not_stored()
        .readonly(),
        char("activity_exception_icon", "Icon")
            .empty()
            .not_stored()
            .readonly(),
    ]
}

/// An image in its sizes; this simulator keeps one size and shows it for all.
pub(super) fn images() -> Vec<Field> {
    use crate::orm::make::image;
    vec![
        image("image_1920", "Image"),
        image("image_1024", "Image 1024").related("image_1920").stored(),
        image("image_512", "Image 512").related("image_1920").stored(),
        image("image_256", "Image 256").related("image_1920").stored(),
        image("image_128", "Image 128").related("image_1920").stored(),
    ]
}
