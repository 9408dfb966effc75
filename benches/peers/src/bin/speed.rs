//! Speed: `cargo run --release --bin speed -- [ROUNDS [WORKLOAD]]`.
#![forbid(unsafe_code)]

use peers::closed::{AnyTask, Plain, Tasks};
use peers::jobs::{self, Batch, Job};
use peers::rounds::compare;
use std::hint::black_box;
use typeport::{Codec, Limits};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let n_rounds: usize = arguments.next().map_or(31, |text| text.parse().expect("ROUNDS is a number"));
    let wanted = arguments.next().unwrap_or_default();
    let is_wanted = |name: &str| name.contains(&wanted);
    let default = Codec::default().checksum(false);
    let trusted = default.clone().limits(Limits { envelope_bytes: 1 << 30, ..Limits::trusted() });
    // More items than the default allows, since 8 MiB of bytes are as many.
    let default = default.limits(Limits { envelope_bytes: 1 << 30, items: 1 << 24, ..Limits::default() });
    let count = 10_000;

    let tasks = Tasks { jobs: jobs::samples(count).into_iter().map(AnyTask::from).collect() };
    let plain: Vec<Plain> = jobs::samples(count).into_iter().map(Plain::from).collect();
    let batch = jobs::batch(count);
    let unlisted = jobs::unlisted_batch(count);
    let closed_bytes = postcard::to_allocvec(&tasks).unwrap();
    let plain_bytes = postcard::to_allocvec(&plain).unwrap();
    let bytes = default.to_vec(&batch).unwrap();
    let unlisted_bytes = default.to_vec(&unlisted).unwrap();
    println!(
        "bytes: closed {} plain {} ours {} unlisted {}",
        closed_bytes.len(),
        plain_bytes.len(),
        bytes.len(),
        unlisted_bytes.len()
    );
    let row = |name: &str, contenders: &[(&str, &dyn Fn())]| {
        if !is_wanted(name) {
            return;
        }
        let calls: Vec<&dyn Fn()> = contenders.iter().map(|(_, call)| *call).collect();
        let (first, ratios) = compare(n_rounds, &calls);
        let texts: Vec<String> =
            contenders.iter().zip(ratios).map(|((name, _), ratio)| format!("{name} {ratio:.2}")).collect();
        println!("{name}: {:.1} µs; {}", first * 1e6, texts.join(", "));
    };
    row(
        "batch encode",
        &[
            ("closed", &|| drop(black_box(postcard::to_allocvec(black_box(&tasks)).unwrap()))),
            ("enum", &|| drop(black_box(postcard::to_allocvec(black_box(&plain)).unwrap()))),
            ("trusted", &|| drop(black_box(trusted.to_vec(black_box(&batch)).unwrap()))),
            ("default", &|| drop(black_box(default.to_vec(black_box(&batch)).unwrap()))),
            ("erased", &|| drop(black_box(trusted.to_vec(black_box(&unlisted)).unwrap()))),
        ],
    );
    row(
        "batch decode",
        &[
            ("closed", &|| drop(black_box(postcard::from_bytes::<Tasks>(black_box(&closed_bytes)).unwrap()))),
            ("enum", &|| drop(black_box(postcard::from_bytes::<Vec<Plain>>(black_box(&plain_bytes)).unwrap()))),
            ("trusted", &|| drop(black_box(trusted.from_slice::<Batch>(black_box(&bytes)).unwrap()))),
            ("default", &|| drop(black_box(default.from_slice::<Batch>(black_box(&bytes)).unwrap()))),
            ("erased", &|| drop(black_box(trusted.from_slice::<Batch>(black_box(&unlisted_bytes)).unwrap()))),
        ],
    );
    let nested_tasks = AnyTask(Box::new(tasks));
    let nested: Box<dyn Job> = Box::new(batch);
    let nested_closed = postcard::to_allocvec(&nested_tasks).unwrap();
    #[derive(serde::Serialize, serde::Deserialize, Debug, typeport::Portable)]
    struct Holder {
        job: Box<dyn Job>,
    }
    let nested = Holder { job: nested };
    let nested_bytes = default.to_vec(&nested).unwrap();
    row(
        "nested encode",
        &[
            ("closed", &|| drop(black_box(postcard::to_allocvec(black_box(&nested_tasks)).unwrap()))),
            ("trusted", &|| drop(black_box(trusted.to_vec(black_box(&nested)).unwrap()))),
            ("default", &|| drop(black_box(default.to_vec(black_box(&nested)).unwrap()))),
        ],
    );
    row(
        "nested decode",
        &[
            ("closed", &|| drop(black_box(postcard::from_bytes::<AnyTask>(black_box(&nested_closed)).unwrap()))),
            ("trusted", &|| drop(black_box(trusted.from_slice::<Holder>(black_box(&nested_bytes)).unwrap()))),
            ("default", &|| drop(black_box(default.from_slice::<Holder>(black_box(&nested_bytes)).unwrap()))),
        ],
    );
    let small = AnyTask::from(jobs::samples(6).pop().unwrap());
    let small_job = jobs::samples(6).pop().unwrap().boxed();
    let small_closed = postcard::to_allocvec(&small).unwrap();
    let small_bytes = default.to_vec(&*small_job).unwrap();
    println!("small: {small:?} {} {}", small_closed.len(), small_bytes.len());
    row(
        "small encode",
        &[
            ("closed", &|| drop(black_box(postcard::to_allocvec(black_box(&small)).unwrap()))),
            ("trusted", &|| drop(black_box(trusted.to_vec(black_box(&*small_job)).unwrap()))),
            ("default", &|| drop(black_box(default.to_vec(black_box(&*small_job)).unwrap()))),
        ],
    );
    row(
        "small decode",
        &[
            ("closed", &|| drop(black_box(postcard::from_bytes::<AnyTask>(black_box(&small_closed)).unwrap()))),
            ("trusted", &|| drop(black_box(trusted.from_slice::<Box<dyn Job>>(black_box(&small_bytes)).unwrap()))),
            ("default", &|| drop(black_box(default.from_slice::<Box<dyn Job>>(black_box(&small_bytes)).unwrap()))),
        ],
    );
    let floats: Vec<f64> = (0..1_000_000).map(|index| f64::from(index) / 7.0).collect();
    let float_bytes = default.to_vec(&floats).unwrap();
    let raw: Vec<u8> = floats.iter().flat_map(|float| float.to_le_bytes()).collect();
    row(
        "f64 encode",
        &[
            ("memcpy", &|| drop(black_box(black_box(&raw).to_vec()))),
            ("postcard", &|| drop(black_box(postcard::to_allocvec(black_box(&floats)).unwrap()))),
            ("trusted", &|| drop(black_box(trusted.to_vec(black_box(&floats)).unwrap()))),
            ("default", &|| drop(black_box(default.to_vec(black_box(&floats)).unwrap()))),
        ],
    );
    let float_state = postcard::to_allocvec(&floats).unwrap();
    row(
        "f64 decode",
        &[
            ("memcpy", &|| drop(black_box(black_box(&floats).clone()))),
            ("postcard", &|| drop(black_box(postcard::from_bytes::<Vec<f64>>(black_box(&float_state)).unwrap()))),
            ("trusted", &|| drop(black_box(trusted.from_slice::<Vec<f64>>(black_box(&float_bytes)).unwrap()))),
            ("default", &|| drop(black_box(default.from_slice::<Vec<f64>>(black_box(&float_bytes)).unwrap()))),
        ],
    );
    let bytes_8: Vec<u8> = (0..8 << 20).map(|index: u32| (index % 251) as u8).collect();
    let bytes_8_bytes = default.to_vec(&bytes_8).unwrap();
    row(
        "bytes encode",
        &[
            ("memcpy", &|| drop(black_box(black_box(&bytes_8).to_vec()))),
            ("postcard", &|| drop(black_box(postcard::to_allocvec(black_box(&bytes_8)).unwrap()))),
            ("trusted", &|| drop(black_box(trusted.to_vec(black_box(&bytes_8)).unwrap()))),
            ("default", &|| drop(black_box(default.to_vec(black_box(&bytes_8)).unwrap()))),
        ],
    );
    let bytes_state = postcard::to_allocvec(&bytes_8).unwrap();
    row(
        "bytes decode",
        &[
            ("memcpy", &|| drop(black_box(black_box(&bytes_8).clone()))),
            ("postcard", &|| drop(black_box(postcard::from_bytes::<Vec<u8>>(black_box(&bytes_state)).unwrap()))),
            ("trusted", &|| drop(black_box(trusted.from_slice::<Vec<u8>>(black_box(&bytes_8_bytes)).unwrap()))),
            ("default", &|| drop(black_box(default.from_slice::<Vec<u8>>(black_box(&bytes_8_bytes)).unwrap()))),
        ],
    );
}
