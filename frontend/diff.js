// Which parts of a text another text does not have. Pure.

/** Texts with more words than this are compared by their ends only: the work grows with the square. */
const MOST_WORDS = 400;

/** Pieces of `text` in order, `changed` where `base` does not have them: `[{text, changed}]`. */
export function changedParts(base, text) {
  if (base === text) return text === "" ? [] : [{ text, changed: false }];
  const before = words(base);
  const after = words(text);
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const middle = after.slice(start, after.length - end);
  const kept = keptWords(before.slice(start, before.length - end), middle);
  const marks = after.map((word, at) => ({ text: word, changed: at >= start && at < after.length - end && !kept.has(at - start) }));
  return joined(marks);
}

function words(text) {
  return text.match(/\s+|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];
}

/** Places in `after` of the longest run of words that `before` has in the same order. */
function keptWords(before, after) {
  if (before.length > MOST_WORDS || after.length > MOST_WORDS) return new Set();
  const width = after.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      lengths[row * width + column] =
        before[row] === after[column]
          ? lengths[(row + 1) * width + column + 1] + 1
          : Math.max(lengths[(row + 1) * width + column], lengths[row * width + column + 1]);
    }
  }
  const kept = new Set();
  let [row, column] = [0, 0];
  while (row < before.length && column < after.length) {
    if (before[row] === after[column]) {
      kept.add(column);
      row += 1;
      column += 1;
    } else if (lengths[(row + 1) * width + column] >= lengths[row * width + column + 1]) row += 1;
    else column += 1;
  }
  return kept;
}

function joined(marks) {
  const parts = [];
  for (const mark of marks) {
    const last = parts.at(-1);
    if (last && last.changed === mark.changed) last.text += mark.text;
    else parts.push({ ...mark });
  }
  return parts;
}
