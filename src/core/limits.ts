/** Characters that a value of a request may have, wherever it appears. */
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
} as const;
