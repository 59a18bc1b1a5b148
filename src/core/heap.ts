import { setFlagsFromString } from 'node:v8';

/**
 * V8 would let the heap grow to several times of what lives in it before it looks for what does not. A broadcast leaves
 * little behind for long, so collecting it after this much growth costs hardly any time and keeps the process small.
 */
const GROWTH_PERCENT = 30;

setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
