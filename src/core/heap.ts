import { setFlagsFromString } from 'node:v8';

/**
 * V8 would let the heap grow to several times of what lives in it before it looks for what does not. Little of what a
 * broadcast or a request makes lives long, so that a process stays small; below about 35 it would collect all the time.
 * Set when this is imported, so that what the start leaves behind is collected too.
 */
const GROWTH_PERCENT = 40;

setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
