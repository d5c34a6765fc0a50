//! A meeting, in the words of the domain: everyone present must be inside or covered, nobody is
//! shown who it is otherwise, and never is anything shown to who could tie it to a person.

use crate::naive::{Gets, gets as alone};
use samrad_domain::code::Category;
use samrad_domain::decision::{Matter, Viewer};

pub(crate) fn gets(matter: &Matter<'_>, room: &[Viewer<'_>]) -> Vec<Gets> {
    let everyone = || room.iter().map(|viewer| alone(matter, viewer));
    if everyone().all(|gets| matches!(gets, Gets::Everything(_) | Gets::Identity(_))) {
        return everyone()
            .map(|gets| as_far_as_all_are_covered(gets, matter, room))
            .collect();
    }
    let shut_out = everyone().any(|gets| matches!(gets, Gets::LabelAndStatus | Gets::Nothing));
    everyone()
        .map(|gets| match gets {
            Gets::Nothing => Gets::Nothing,
            Gets::LabelAndStatus => Gets::LabelAndStatus,
            Gets::Everything(_) | Gets::Identity(_) | Gets::Anonymised if shut_out => {
                Gets::LabelAndStatus
            }
            Gets::Everything(_) | Gets::Identity(_) | Gets::Anonymised => Gets::Anonymised,
        })
        .collect()
}

fn as_far_as_all_are_covered(gets: Gets, matter: &Matter<'_>, room: &[Viewer<'_>]) -> Gets {
    let Gets::Identity(_) = gets else { return gets };
    let all_may_hear = |category: &Category| {
        room.iter().all(|viewer| match alone(matter, viewer) {
            Gets::Identity(covered) => covered.contains(*category),
            Gets::Everything(_) => true,
            Gets::Anonymised | Gets::LabelAndStatus | Gets::Nothing => false,
        })
    };
    Gets::Identity(Category::ALL.iter().copied().filter(all_may_hear).collect())
}
