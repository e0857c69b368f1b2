//! One enum whose cases have names: in SQL, on the wire and, where they are shown, in Chinese and English.

/// The name in SQL is the one serde makes of the case for the wire.
macro_rules! named {
    ($(#[$of:meta])* $name:ident { $($(#[$doc:meta])* $case:ident $text:literal;)* }) => {
        #[derive(
            ::serde::Serialize, ::serde::Deserialize, ::utoipa::ToSchema,
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
        )]
        $(#[$of])*
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$doc])* $case,)* }

        impl $name {
            pub const ALL: &[$name] = &[$($name::$case,)*];

            pub fn name(self) -> &'static str {
                match self { $($name::$case => $text,)* }
            }

            pub fn from_name(name: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    };
    ($(#[$of:meta])* $name:ident { $($(#[$doc:meta])* $case:ident $text:literal $zh:literal $en:literal;)* }) => {
        $crate::named::named! { $(#[$of])* $name { $($(#[$doc])* $case $text;)* } }

        impl $name {
            pub fn zh(self) -> &'static str {
                match self { $($name::$case => $zh,)* }
            }

            pub fn en(self) -> &'static str {
                match self { $($name::$case => $en,)* }
            }
        }
    };
}
pub(crate) use named;

#[cfg(test)]
mod tests {
    named! {
        Weather {
            Fair "fair" "晴" "fair";
            HeavyRain "heavy_rain" "大雨" "heavy rain";
        }
    }

    #[test]
    fn names_are_those_of_the_wire() {
        for case in Weather::ALL {
            assert_eq!(serde_json::json!(case), case.name());
            assert_eq!(Weather::from_name(case.name()), Some(*case));
        }
        assert_eq!((Weather::HeavyRain.zh(), Weather::Fair.en()), ("大雨", "fair"));
    }
}
