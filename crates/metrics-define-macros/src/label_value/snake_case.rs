//! The text of a variant that is not given one.

/// `SlidingWindow` is `sliding_window`, `HTTPError` is `http_error`, `Http2` is `http2`.
pub(crate) fn snake_case(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut text = String::with_capacity(name.len() + 4);
    for (at, &character) in characters.iter().enumerate() {
        let starts_word = character.is_uppercase() && at > 0 && characters[at - 1] != '_' && {
            let after_lower = !characters[at - 1].is_uppercase();
            let before_lower = characters.get(at + 1).is_some_and(|next| next.is_lowercase());
            after_lower || before_lower
        };
        if starts_word {
            text.push('_');
        }
        text.extend(character.to_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_separated() {
        for (name, text) in [
            ("Queued", "queued"),
            ("SlidingWindow", "sliding_window"),
            ("GetOldestTimestamp", "get_oldest_timestamp"),
            ("WebSocket", "web_socket"),
            ("HTTPError", "http_error"),
            ("IO", "io"),
            ("Http2", "http2"),
            ("V2Beta", "v2_beta"),
            ("Already_Snake", "already_snake"),
            ("A", "a"),
        ] {
            assert_eq!(snake_case(name), text, "{name}");
        }
    }
}
