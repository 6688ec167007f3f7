/** Deeper than any arguments that a function takes; checking and mending go down level by level. */
const DEEPEST = 32

/** The value of a call's arguments. @throws SyntaxError when they are no JSON, or nested without end. */
export function parseArguments(json: string): unknown {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < json.length; i += 1) {
    const char = json.charCodeAt(i)
    if (char === 91 || char === 123) depth += 1
    else if (char === 93 || char === 125) depth -= 1
    deepest = Math.max(deepest, depth)
  }
  // Brackets within texts count too: no arguments of ours hold so many open ones.
  if (deepest > DEEPEST) throw new SyntaxError(`The arguments are nested ${deepest} times, at most ${DEEPEST}`)
  return JSON.parse(json)
}
