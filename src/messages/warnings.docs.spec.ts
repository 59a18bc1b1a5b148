import { readFileSync } from 'node:fs';
import { WARNING_CODES } from './warnings.dto.js';

describe('docs/sending.md', () => {
  it('lists every warning code once, and no other', () => {
    const page = readFileSync('docs/sending.md', 'utf8');
    const documented = [...page.matchAll(/^- `([a-z]+(?:_[a-z]+)+)`:/gm)].map(([, code]) => code);
    expect(documented.sort()).toEqual([...WARNING_CODES].sort());
  });
});
