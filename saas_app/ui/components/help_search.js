// Which answers hold every word that was typed, in any order; capitals and accents do not count.
export function plain(text) {
  return text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
}

export function wordsOf(query) {
  return plain(query).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}

export function matching(query, texts) {
  const wanted = wordsOf(query);
  return texts.map((text) => {
    const said = plain(text);
    return wanted.every((word) => said.includes(word));
  });
}
