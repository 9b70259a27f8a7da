// Codes of plates: twelve symbols and a check character, as app/doorplates/codes.py reads them.
const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const LENGTH = 13;
const LOOK_ALIKES = { O: "0", I: "1", Z: "2", S: "5" };
const SEPARATORS = /[\s\-_.·—–]/g;
const MOST_SMALL_L = 6; // two readings each

function checkCharacter(body) {
  let total = 0;
  let weight = 1;
  for (const symbol of body) {
    total += ALPHABET.indexOf(symbol) * weight;
    weight = (weight * 3) % 31;
  }
  return ALPHABET[(31 - (total % 31)) % 31];
}

export function isValid(code) {
  return (
    code.length === LENGTH &&
    Array.from(code).every((symbol) => ALPHABET.includes(symbol)) &&
    checkCharacter(code.slice(0, -1)) === code.slice(-1)
  );
}

// Read what a person typed; null unless exactly one reading passes the check.
export function readByHand(text) {
  if (text.length > 100) { return null; }
  const symbols = Array.from(text.normalize("NFKC").replace(SEPARATORS, ""));
  const doubtful = symbols.filter((symbol) => symbol === "l").length;
  if (symbols.length !== LENGTH || doubtful > MOST_SMALL_L) { return null; }
  let readings = [""];
  for (const symbol of symbols) {
    const upper = symbol.toUpperCase();
    const choice = symbol === "l" ? "L1" : LOOK_ALIKES[upper] || upper;
    if (Array.from(choice).some((one) => !ALPHABET.includes(one))) { return null; }
    readings = [].concat(...readings.map((head) => Array.from(choice).map((one) => head + one)));
  }
  const valid = readings.filter(isValid);
  return valid.length === 1 ? valid[0] : null;
}

// Read the code out of what a camera saw: a plate's address, or the bare code.
export function readScanned(text) {
  const address = /\/d\/([0-9A-Z]{13})(?:[/?#]|$)/.exec(text);
  const code = address ? address[1] : text.trim();
  return isValid(code) ? code : null;
}
