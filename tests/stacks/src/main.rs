//! The child process: `stacks WAY FORMAT BYTES` decodes or encodes a deep value on a stack of BYTES bytes and prints the
//! result, which is never an abort.
#![forbid(unsafe_code)]
#![allow(missing_docs, reason = "a test's own crate")]

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet};
use typeport::{Codec, Format, Portable, portable};

/// How deep the value is.
const LEVELS: usize = 60;

#[derive(Debug, Clone)]
struct Payload(#[allow(dead_code, reason = "its size is what counts")] [u8; 512]);

impl Default for Payload {
    fn default() -> Self {
        Payload([0; 512])
    }
}

macro_rules! wide {
    ($($variant:ident)*) => {
        /// Unoptimised, serde's code for it has room for each of its variants at once: more than 100 KiB for each level.
        #[derive(Debug, Serialize, Deserialize, Portable)]
        enum Wide {
            End,
            Next(Box<Wide>),
            $($variant(#[serde(skip)] Payload),)*
        }
    };
}

wide! {
    V000 V001 V002 V003 V004 V005 V006 V007 V008 V009 V010 V011 V012 V013 V014 V015 V016 V017
    V018 V019 V020 V021 V022 V023 V024 V025 V026 V027 V028 V029 V030 V031 V032 V033 V034 V035
    V036 V037 V038 V039 V040 V041 V042 V043 V044 V045 V046 V047 V048 V049 V050 V051 V052 V053
    V054 V055 V056 V057 V058 V059 V060 V061 V062 V063 V064 V065 V066 V067 V068 V069 V070 V071
    V072 V073 V074 V075 V076 V077 V078 V079 V080 V081 V082 V083 V084 V085 V086 V087 V088 V089
    V090 V091 V092 V093 V094 V095 V096 V097 V098 V099 V100 V101 V102 V103 V104 V105 V106 V107
    V108 V109 V110 V111 V112 V113 V114 V115 V116 V117 V118 V119 V120 V121 V122 V123 V124 V125
    V126 V127 V128 V129 V130 V131 V132 V133 V134 V135 V136 V137 V138 V139 V140 V141 V142 V143
    V144 V145 V146 V147 V148 V149 V150 V151 V152 V153 V154 V155 V156 V157 V158 V159 V160 V161
    V162 V163 V164 V165 V166 V167 V168 V169 V170 V171 V172 V173 V174 V175 V176 V177 V178 V179
    V180 V181 V182 V183 V184 V185 V186 V187 V188 V189 V190 V191 V192 V193 V194 V195 V196 V197
    V198 V199
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Holder<T> {
    value: T,
}

#[portable]
trait Base {}

#[portable]
impl Base for Wide {}

#[portable]
impl<T: Portable> Base for Holder<T> {}

/// 32 KiB, read by its own code: optimised, that may become a part of the code of the collection that it is in.
#[portable]
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Large([Part; 4]);

type Part = [[u64; 32]; 32];

fn large() -> Large {
    Large([[[7; 32]; 32]; 4])
}

fn deep() -> Wide {
    (0..LEVELS).fold(Wide::End, |inner, _| Wide::Next(Box::new(inner)))
}

fn on_stack<T: Send + 'static>(bytes: usize, run: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(bytes).spawn(run).expect("a thread").join().expect("no panic")
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [way, format, stack] = &arguments[..] else { panic!("WAY FORMAT BYTES") };
    let format = Format::ALL.iter().copied().find(|known| known.name() == format).expect("a format");
    let (codec, way) = (Codec::default().format(format), way.clone());
    let done = on_stack(1 << 30, {
        let (codec, way, stack) = (codec.clone(), way.clone(), stack.parse().expect("a number"));
        move || {
            let bytes = match &*way {
                "erased" => codec.to_vec(&Holder { value: deep() }),
                "vector" => codec.to_vec(&vec![large()]),
                "set" => codec.to_vec(&HashSet::from([large()])),
                "sorted" => codec.to_vec(&BTreeSet::from([large()])),
                "heap" => codec.to_vec(&BinaryHeap::from([large()])),
                "tree" => codec.to_vec(&BTreeMap::from([(1_u32, large())])),
                "map" => codec.to_vec(&HashMap::from([(1_u32, large())])),
                _ => codec.to_vec(&deep()),
            };
            let (bytes, value) = (bytes.expect("the stack is large"), deep());
            on_stack(stack, move || match &*way {
                "typed" => codec.from_slice::<Wide>(&bytes).map(drop),
                "vector" => codec.from_slice::<Vec<Large>>(&bytes).map(drop),
                "set" => codec.from_slice::<HashSet<Large>>(&bytes).map(drop),
                "sorted" => codec.from_slice::<BTreeSet<Large>>(&bytes).map(drop),
                "heap" => codec.from_slice::<BinaryHeap<Large>>(&bytes).map(drop),
                "tree" => codec.from_slice::<BTreeMap<u32, Large>>(&bytes).map(drop),
                "map" => codec.from_slice::<HashMap<u32, Large>>(&bytes).map(drop),
                "dynamic" | "erased" => codec.from_slice::<Box<dyn Base>>(&bytes).map(drop),
                _ => codec.to_vec(&value).map(drop),
            })
        }
    });
    match done {
        Ok(()) => println!("done"),
        Err(error) => println!("refused: {error}"),
    }
}
