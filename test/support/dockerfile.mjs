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
