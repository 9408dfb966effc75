//! The jobs of the demonstration. Imports jobs-types.

use jobs_types::{Configure, Download, Each, Job, Publish, Roots, Share};

/// Jobs with results of several types, and with errors of every kind.
pub fn all() -> Vec<Box<dyn Job>> {
    let roots = |values: &[i64]| Roots { values: values.to_vec() };
    let url = |name: &str| format!("https://example.org/{name}");
    vec![
        Box::new(roots(&[4, 9, 99])),
        Box::new(Download { url: url("data"), n_steps: 2 }),
        Box::new(Each { jobs: vec![roots(&[16]), roots(&[25, 36])] }),
        Box::new(Configure { text: "workers = 3; lease = 60".to_owned() }),
        Box::new(Download { url: url("busy"), n_steps: 3 }),
        Box::new(Download { url: url("gone"), n_steps: 3 }),
        Box::new(roots(&[4, -9])),
        Box::new(Each { jobs: vec![roots(&[1]), roots(&[-16])] }),
        Box::new(Configure { text: "workers = many".to_owned() }),
        // Whoever prints this as it is has a red terminal, and a bell.
        Box::new(Configure { text: "\u{1b}[31mred\u{7}\n\u{202e}txet".to_owned() }),
        Box::new(Publish { url: url("busy") }),
        Box::new(Publish { url: url("report") }),
        Box::new(Share { amount: 7, among: 0 }),
    ]
}
