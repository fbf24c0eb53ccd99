//! XML-RPC answers, laid out as Python's library writes them. The library that reads the requests keeps no order of
//! struct members and knows no text as fault code, so the answers are written here.

use crate::fault::{Fault, Res};
use crate::py::{Py, float_repr};

/// A method's answer.
pub(super) fn response(value: &Py) -> Res<String> {
    let mut out = String::from("<?xml version=\"1.0\"?>\n<methodResponse>\n<params>\n<param>\n");
    write(value, &mut out)?;
    out.push_str("</param>\n</params>\n\n</methodResponse>\n");
    Ok(out)
}

/// A fault.
pub(super) fn fault(code: &Py, text: &str) -> Res<String> {
    let mut out = String::from("<?xml version=\"1.0\"?>\n<methodResponse>\n<fault>\n");
    write(
        &Py::dict([("faultCode", code.clone()), ("faultString", Py::str(text))]),
        &mut out,
    )?;
    out.push_str("</fault>\n\n</methodResponse>\n");
    Ok(out)
}

fn write(value: &Py, out: &mut String) -> Res<()> {
    out.push_str("<value>");
    match value {
        Py::None => {
            return Err(Fault::type_error(
                "cannot marshal None unless allow_none is enabled",
            ));
        }
        Py::Bool(b) => out.push_str(if *b {
            "<boolean>1</boolean>"
        } else {
            "<boolean>0</boolean>"
        }),
        Py::Int(i) => {
            if i32::try_from(*i).is_err() {
                let class = crate::fault::Class::Builtin("OverflowError");
                return Err(Fault::new(class, "int exceeds XML-RPC limits"));
            }
            element("int", &i.to_string(), out);
        }
        Py::Float(f) => element("double", &float_repr(*f), out),
        Py::Str(text) => {
            out.push_str("<string>");
            escape(text, out);
            out.push_str("</string>");
        }
        Py::Binary(bytes) => {
            use base64::Engine as _;
            element(
                "base64",
                &base64::engine::general_purpose::STANDARD.encode(bytes),
                out,
            );
        }
        Py::List(items) => {
            out.push_str("<array><data>\n");
            for item in items {
                write(item, out)?;
            }
            out.push_str("</data></array>");
        }
        Py::Dict(pairs) => {
            out.push_str("<struct>\n");
            for (name, item) in pairs {
                out.push_str("<member>\n<name>");
                escape(name, out);
                out.push_str("</name>\n");
                write(item, out)?;
                out.push_str("</member>\n");
            }
            out.push_str("</struct>");
        }
        Py::IntDict(pairs) if pairs.is_empty() => out.push_str("<struct>\n</struct>"),
        Py::IntDict(_) => return Err(Fault::type_error("dictionary key must be string")),
        Py::Object(_, text) => {
            let class = text.split('(').next().unwrap_or_default();
            return Err(Fault::type_error(format!(
                "cannot marshal <class 'odoo.api.{class}'> objects"
            )));
        }
    }
    out.push_str("</value>\n");
    Ok(())
}

fn element(name: &str, text: &str, out: &mut String) {
    for part in ["<", name, ">", text, "</", name, ">"] {
        out.push_str(part);
    }
}

/// Entities for markup; control characters that XML cannot hold are dropped.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | '\n' | '\r' => out.push(c),
            c if (c as u32) < 32 => {}
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_pythons() {
        let value = Py::List(vec![
            Py::dict([
                ("id", Py::Int(1)),
                ("name", Py::str("a<b & c\u{b}")),
                ("price", Py::Float(2.0)),
            ]),
            Py::Bool(false),
        ]);
        let text = response(&value).unwrap();
        assert_eq!(
            text,
            "<?xml version=\"1.0\"?>\n<methodResponse>\n<params>\n<param>\n<value><array><data>\n<value><struct>\n\
             <member>\n<name>id</name>\n<value><int>1</int></value>\n</member>\n<member>\n<name>name</name>\n\
             <value><string>a&lt;b &amp; c</string></value>\n</member>\n<member>\n<name>price</name>\n\
             <value><double>2.0</double></value>\n</member>\n</struct></value>\n\
             <value><boolean>0</boolean></value>\n</data></array></value>\n</param>\n</params>\n\n</methodResponse>\n"
        );
    }

    #[test]
    fn what_cannot_be_marshalled() {
        let say = |value: &Py| response(value).unwrap_err().message();
        assert_eq!(say(&Py::None), "cannot marshal None unless allow_none is enabled");
        assert_eq!(
            say(&Py::IntDict(vec![(1, Py::None)])),
            "dictionary key must be string"
        );
        assert_eq!(say(&Py::Int(3_000_000_000)), "int exceeds XML-RPC limits");
    }
}
