//! A function of several axes as a table with as few rows as its structure allows: values that
//! never make a difference are written together. Nothing is lost.

use crate::axes::{Axis, Point};
use std::collections::HashMap;

pub(crate) struct Table {
    axes: Vec<Axis>,
    nodes: Vec<Node>,
    known: HashMap<Node, usize>,
    root: usize,
    /// How many combinations it tells of.
    pub(crate) combinations: usize,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Node {
    Outcome(String),
    Branch { level: usize, children: Vec<usize> },
}

/// A row: for each axis the values it speaks of (all of them, where the axis makes no difference),
/// and the outcome.
pub(crate) struct Row {
    pub(crate) cells: Vec<String>,
    pub(crate) outcome: String,
}

type At<'a> = &'a dyn Fn(&Point) -> Point;

impl Table {
    pub(crate) fn of(axes: Vec<Axis>, tell: impl Fn(At<'_>) -> String) -> Self {
        let mut table = Self {
            axes,
            nodes: Vec::new(),
            known: HashMap::new(),
            root: 0,
            combinations: 0,
        };
        table.root = table.build(&mut Vec::new(), &tell);
        table
    }

    fn build(&mut self, chosen: &mut Vec<usize>, tell: &impl Fn(At<'_>) -> String) -> usize {
        let level = chosen.len();
        let Some(axis) = self.axes.get(level).copied() else {
            self.combinations += 1;
            let axes = &self.axes;
            let outcome = tell(&|base| {
                let mut point = *base;
                for (axis, value) in axes.iter().zip(chosen.iter()) {
                    (axis.set)(&mut point, *value);
                }
                point
            });
            return self.node(Node::Outcome(outcome));
        };
        let mut children = Vec::with_capacity(axis.values.len());
        for value in 0..axis.values.len() {
            chosen.push(value);
            children.push(self.build(chosen, tell));
            chosen.pop();
        }
        if children.iter().all(|child| *child == children[0]) {
            return children[0];
        }
        self.node(Node::Branch { level, children })
    }

    fn node(&mut self, node: Node) -> usize {
        if let Some(known) = self.known.get(&node) {
            return *known;
        }
        self.nodes.push(node.clone());
        self.known.insert(node, self.nodes.len() - 1);
        self.nodes.len() - 1
    }

    pub(crate) fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut cells = vec!["any".to_owned(); self.axes.len()];
        self.walk(self.root, &mut cells, &mut rows);
        rows
    }

    fn walk(&self, node: usize, cells: &mut [String], rows: &mut Vec<Row>) {
        let (level, children) = match &self.nodes[node] {
            Node::Outcome(outcome) => {
                rows.push(Row {
                    cells: cells.to_vec(),
                    outcome: outcome.clone(),
                });
                return;
            }
            Node::Branch { level, children } => (*level, children),
        };
        let mut told = Vec::new();
        for child in children {
            if told.contains(child) {
                continue;
            }
            told.push(*child);
            cells[level] = self.values(level, |n| children[n] == *child);
            self.walk(*child, cells, rows);
        }
        "any".clone_into(&mut cells[level]);
    }

    fn values(&self, level: usize, speaks_of: impl Fn(usize) -> bool) -> String {
        let all = self.axes[level].values;
        let pick = |wanted: bool| {
            let values = all
                .iter()
                .enumerate()
                .filter(|(n, _)| speaks_of(*n) == wanted);
            values.map(|(_, label)| *label).collect::<Vec<_>>()
        };
        let (yes, no) = (pick(true), pick(false));
        if no.len() < yes.len() && no.len() <= 2 && yes.len() > 2 {
            format!("all but {}", no.join(" | "))
        } else {
            yes.join(" | ")
        }
    }

    pub(crate) fn titles(&self) -> impl Iterator<Item = &'static str> {
        self.axes.iter().map(|axis| axis.title)
    }

    pub(crate) fn tsv(&self, name: &str) -> String {
        let titles: Vec<_> = self.titles().collect();
        let mut text = format!("# {name}: {} combinations\n", self.combinations);
        text.push_str(&format!("{}\tgets\treason\n", titles.join("\t")));
        for Row { cells, outcome } in self.rows() {
            text.push_str(&format!("{}\t{outcome}\n", cells.join("\t")));
        }
        text
    }
}
