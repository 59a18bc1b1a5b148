/**
 * The instructions of a Dockerfile, one entry each: keyword, flags, rest. Continued lines are joined and
 * comments left out.
 */
export function parseDockerfile(text) {
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
  const joined = lines.join('\n').replace(/\\[ \t]*\n/g, ' ');
  return joined
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, keyword, flags, rest] = /^\s*(\S+)\s*((?:--\S+\s+)*)(.*)$/.exec(line);
      return { keyword, flags, rest: rest.trim() };
    });
}

/** `text` with `${NAME}` and `$NAME` replaced by the values that `find` returns for their names. */
export function substitute(text, find) {
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (reference, braced, plain) => find(braced ?? plain) ?? reference);
}

/** The arguments before the first FROM, with their defaults; only FROM knows them. */
export function readGlobalArguments(instructions) {
  const first = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  const global = instructions.slice(0, first).filter(({ keyword }) => keyword === 'ARG');
  return Object.fromEntries(global.map(({ rest }) => splitAssignment(rest)));
}

/** Name and value of `NAME=value`, as ARG and ENV have it. */
export function splitAssignment(text) {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
