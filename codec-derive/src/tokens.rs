//! Prints tokens for people, and moves spans to the place of an error. Imports no other file.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;

/// Prints tokens as a programmer spells them: `Sum<i64>`, `T: Add<Output = T>`.
pub fn spelled(tokens: impl ToTokens) -> String {
    const TIGHT: [(&str, &str); 9] = [
        (" < ", "<"),
        (" >", ">"),
        (" :: ", "::"),
        (" ,", ","),
        (" ;", ";"),
        ("& ", "&"),
        (":: ", "::"),
        (" :", ":"),
        ("? ", "?"),
    ];
    let printed = tokens.to_token_stream().to_string();
    TIGHT.iter().fold(printed, |text, (loose, tight)| text.replace(loose, tight))
}

/// The tokens as if they stood where `place` ends, so that the compiler's errors about them underline it. What is
/// inside of brackets stays where it is.
pub fn located(place: impl ToTokens, tokens: &TokenStream) -> TokenStream {
    let place = place.to_token_stream().into_iter().last().map_or_else(Span::call_site, |token| token.span());
    let relocate = |mut token: TokenTree| {
        token.set_span(token.span().located_at(place));
        token
    };
    tokens.clone().into_iter().map(relocate).collect()
}
