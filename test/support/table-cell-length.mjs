/** A rule of markdownlint: no table cell is longer than `maximum` characters of Markdown, 80 unless told. */
export default {
  names: ['table-cell-length'],
  description: 'Table cells are short',
  tags: ['table'],
  parser: 'micromark',
  function: ({ config, parsers }, onError) => {
    const maximum = config.maximum ?? 80;
    for (const { text, startLine, startColumn } of cellsOf(parsers.micromark.tokens)) {
      const { length } = text.replaceAll(/^\||\|$/g, '').trim();
      if (length <= maximum) continue;
      onError({
        lineNumber: startLine,
        detail: `Expected at most ${maximum} characters, found ${length}`,
        range: [startColumn, text.length],
      });
    }
  },
};

function cellsOf(tokens) {
  return tokens.flatMap((token) =>
    token.type === 'tableHeader' || token.type === 'tableData' ? [token] : cellsOf(token.children),
  );
}
