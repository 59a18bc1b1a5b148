import { setFlagsFromString } from 'node:v8';

/**
 * By default V8 lets the heap grow to several times its live size before a major collection. Most objects of
 * a broadcast or a request are short-lived, so a lower limit keeps the process small; below about 35 V8
 * collects all the time. This module sets the flag when it is imported, so that it also applies to garbage of
 * the start.
 */
const GROWTH_PERCENT = 40;

setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
