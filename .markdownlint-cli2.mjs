import relativeLinks from 'markdownlint-rule-relative-links';
import tableCellLength from './test/support/table-cell-length.mjs';

export default {
  globs: ['**/*.md', '.github/**/*.md'],
  ignores: ['**/node_modules', '.data', 'dist', 'coverage'],
  customRules: [relativeLinks, tableCellLength],
  config: {
    'line-length': { line_length: 110, tables: false, code_blocks: false, headings: false },
    'table-cell-length': { maximum: 80 },
    // Keep a Changelog repeats its headings in each version.
    'no-duplicate-heading': { siblings_only: true },
    // Templates for issues and pull requests begin below the title that they are given.
    'first-line-heading': false,
  },
};
