import { setFlagsFromString } from 'node:v8';

/**
 * V8 would let the heap grow to several times of what lives in it before it looks for what does not. Little of what this
 * product makes lives long, so it stays small without being slower; below about 35 it would collect all the time.
 */
const GROWTH_PERCENT = 40;

setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
