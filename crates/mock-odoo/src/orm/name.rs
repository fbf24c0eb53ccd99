use crate::fault::{Fault, Res};
use crate::orm::domain::Node;
use crate::orm::{Cond, Env, Model, Op, View};
use crate::py::Py;

impl View<'_> {
    /// Which records' name compares so with a text.
    pub(crate) fn name_condition(&self, model: &Model, op: Op, value: &Py) -> Res<Cond> {
        let rec_name = [model.rec_name];
        let names = if model.name_search.is_empty() {
            &rec_name[..]
        } else {
            model.name_search
        };
        let mut conds = Vec::new();
        for name in names {
            if !name.contains('.') && model.field(name).is_none() {
                continue;
            }
            let operator = operator_name(op).ok_or_else(|| Fault::value("Invalid operator for a name"))?;
            let node = Node::Leaf(Py::str(*name), Py::str(operator), value.clone());
            conds.push(self.compile(model, &node, 0)?);
        }
        if conds.is_empty() {
            return Ok(Cond::Const(true));
        }
        Ok(if op.is_negative() {
            Cond::And(conds)
        } else {
            Cond::Or(conds)
        })
    }

    /// `name_search`: ids and names.
    pub(crate) fn name_search(
        &self,
        model: &Model,
        name: &str,
        domain: &Py,
        operator: &str,
        limit: Option<usize>,
    ) -> Res<Vec<(i64, String)>> {
        let op = Op::parse(operator).ok_or_else(|| Fault::value(format!("Invalid operator {operator}")))?;
        let by_name = if name.is_empty() && op == Op::Ilike {
            Cond::Const(true)
        } else {
            self.name_condition(model, op, &Py::str(name))?
        };
        let cond = Cond::And(vec![by_name, self.domain(model, domain)?]);
        let ids = self.sort(model, self.select(model, &cond, true), None)?;
        let limit = limit.filter(|l| *l > 0).unwrap_or(usize::MAX);
        Ok(ids
            .into_iter()
            .take(limit)
            .map(|id| (id, self.display_name(model.name, id)))
            .collect())
    }
}

impl Env<'_> {
    /// `name_create`: a record from its name alone.
    pub(crate) fn name_create(&mut self, model: &Model, name: &str) -> Res<Py> {
        let Some(vals) = model
            .logic
            .name_create(model, name)
            .filter(|_| model.field(model.rec_name).is_some())
        else {
            return Ok(Py::Bool(false));
        };
        let id = self.create_one(model.name, vals)?;
        Ok(Py::List(vec![
            Py::Int(id),
            Py::Str(self.view().display_name(model.name, id)),
        ]))
    }
}

fn operator_name(op: Op) -> Option<&'static str> {
    Some(match op {
        Op::Eq | Op::EqOptional => "=",
        Op::Ne => "!=",
        Op::In => "in",
        Op::NotIn => "not in",
        Op::Like => "like",
        Op::NotLike => "not like",
        Op::Ilike => "ilike",
        Op::NotIlike => "not ilike",
        Op::EqLike => "=like",
        Op::EqIlike => "=ilike",
        Op::Lt => "<",
        Op::Le => "<=",
        Op::Gt => ">",
        Op::Ge => ">=",
        Op::ChildOf | Op::ParentOf | Op::Any | Op::NotAny => return None,
    })
}
