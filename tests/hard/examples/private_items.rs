//! Private fields, private types in private modules, and visibilities of every kind: nothing has to be public.
#![deny(private_interfaces, private_bounds, unreachable_pub)]
#![allow(dead_code)]

mod outer {
    mod inner {
        use serde::{Deserialize, Serialize};
        use typeport::{Portable, portable};

        #[portable]
        trait Secret {
            fn key(&self) -> u8;
        }

        #[portable]
        pub(in crate::outer) trait Open {
            fn open(&self) -> u8;
        }

        #[derive(Debug, Serialize, Deserialize, Portable)]
        struct Hidden {
            key: u8,
        }

        #[derive(Debug, Serialize, Deserialize, Portable)]
        pub(super) struct Half<T> {
            hidden: Hidden,
            pub(super) value: T,
            others: Vec<Box<dyn Secret>>,
        }

        #[derive(Debug, Serialize, Deserialize, Portable)]
        pub(crate) struct Tuple(pub(in crate::outer) u8, Option<Kind>);

        #[derive(Debug, Serialize, Deserialize, Portable)]
        enum Kind {
            Hidden(Hidden),
        }

        #[portable]
        impl Secret for Hidden {
            fn key(&self) -> u8 {
                self.key
            }
        }

        #[portable]
        impl<T: Secret> Open for Half<T> {
            fn open(&self) -> u8 {
                self.value.key()
            }
        }

        #[portable]
        impl Secret for Tuple {
            fn key(&self) -> u8 {
                self.0
            }
        }

        pub(super) fn make() -> Box<dyn Open> {
            Box::new(Half {
                hidden: Hidden { key: 1 },
                value: Tuple(1, None),
                others: vec![Box::new(Hidden { key: 2 })],
            })
        }
    }

    pub(super) fn open() -> u8 {
        inner::make().open()
    }
}

fn main() {
    assert_eq!(outer::open(), 1);
}
