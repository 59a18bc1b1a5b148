/** What stands behind a sender: `up` is the real service; the others deliver nothing. */
export type SenderState = 'up' | 'sandbox' | 'unconfigured';
