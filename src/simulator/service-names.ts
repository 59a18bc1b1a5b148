/** The push services of RFC 8030 that are simulated, by their operators' hosts. */
export const PUSH_SERVICES = ['fcm', 'mozilla', 'wns', 'apple'] as const;

export type PushServiceName = (typeof PUSH_SERVICES)[number];

/** Every service with settings and counters: push services, FCM's HTTP v1 API, Google's token endpoint. */
export const SERVICES = [...PUSH_SERVICES, 'firebase', 'oauth'] as const;

export type ServiceName = (typeof SERVICES)[number];
