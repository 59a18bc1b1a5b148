/** How soon a push service should deliver to a device that saves power (RFC 8030, section 5.3). */
export const URGENCIES = ['very-low', 'low', 'normal', 'high'] as const;

export type Urgency = (typeof URGENCIES)[number];
