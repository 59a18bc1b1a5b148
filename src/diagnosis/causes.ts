/**
 * Why a visitor did or did not get a message, with a sentence for people; docs/diagnosis.md has the same
 * list. What is nearer to the visitor comes first: of several contacts or sends the first cause counts.
 */
export const EXPLANATIONS = {
  clicked: 'The visitor clicked the notification.',
  dismissed: 'The visitor closed the notification without a click.',
  received: 'The browser showed the notification.',
  delivered: 'The push service accepted the message; the browser has not reported that it showed it.',
  'unknown-outcome': 'It may have been delivered: the response to the last attempt was lost.',
  throttled: 'It waits because the push service asked for a pause.',
  paced: 'It waits for its turn, because the message or the domain asks to be sent slowly.',
  waiting: 'It waits for its first attempt, or for another one after a failure.',
  scheduled: 'The message is scheduled to be sent later.',
  'not-planned-yet': 'The send has been accepted, and has not come to this contact yet.',
  'gone-not-pruned':
    'The push service said that the contact is gone; it was kept, because so many of the domain at once are doubted.',
  'registered-again':
    'The push service said that the contact is gone; the visitor has registered again since, for later messages.',
  pruned: 'The push service no longer knows the contact, so it was removed and gets nothing any more.',
  unsubscribed: 'The visitor has unsubscribed.',
  'wrong-key': 'The push service refused the VAPID key: the contact belongs to another one.',
  'message-too-large': 'The message is larger than the push service accepts.',
  'link-too-long': "With the visitor's fields, a link of the message is longer than allowed.",
  'refused-by-push-service': 'The push service refused the message for another reason.',
  'outside-of-limits': 'The push service kept refusing more messages of the domain until the time for it was over.',
  'push-service-unavailable': 'The push service could not take the message until the time for it was over.',
  'push-api-unavailable': 'PushApi could not take the message until the time for it was over.',
  expired: 'The time to live of the message was over before it could be sent.',
  cancelled: 'The send was cancelled before it came to this contact.',
  'registered-later': 'The contact registered, or came back, after the message had been sent.',
  'not-addressed': 'The message was sent to other visitors, and not to this one.',
  'not-sent': 'The message is stored, and has not been sent to anybody.',
  'history-expired': 'The message was sent so long ago that its history is no longer kept.',
  'not-recorded': 'Nothing is recorded that explains it.',
  'never-a-contact': 'The domain has no such contact: it never registered there, or was erased.',
} as const;

export type DiagnosisCause = keyof typeof EXPLANATIONS;

export const DIAGNOSIS_CAUSES = Object.keys(EXPLANATIONS) as readonly DiagnosisCause[];

const RANKS: ReadonlyMap<DiagnosisCause, number> = new Map(DIAGNOSIS_CAUSES.map((cause, index) => [cause, index]));

/** Lower for what is nearer to the visitor. */
export function rankOf(cause: DiagnosisCause): number {
  return RANKS.get(cause) ?? RANKS.size;
}
