/** The most characters of a value, in every request that has it. */
export const MAX_LENGTH = {
  domain: 253,
  deviceToken: 4_096,
  email: 254,
  visitorGuid: 128,
  title: 1_024,
  body: 8_192,
  url: 2_048,
  subscriptionKey: 256,
  actionName: 128,
  encryptedId: 512,
  fieldValue: 2_048,
  tag: 128,
  /** RFC 5646, section 4.4.1. */
  language: 35,
  utm: 256,
} as const;

/** Items that a list of a request may have, wherever it appears. */
export const MAX_ITEMS = {
  /** Browsers show two (Notification.maxActions); what is stored may be meant for others. */
  actions: 50,
} as const;
