/** How much battery a notification is worth to a push service and a device (RFC 8030, section 5.3). */
export const URGENCIES = ['very-low', 'low', 'normal', 'high'] as const;

export type Urgency = (typeof URGENCIES)[number];
