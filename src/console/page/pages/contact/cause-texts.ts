import type { Schema } from '../../api/api-types.js';
import type { Translations } from '../../texts/language.js';

type Causes = Readonly<Record<Schema<'DiagnosisAnswer'>['cause'], string>>;

const en: Causes = {
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
};

const es: Causes = {
  clicked: 'El visitante hizo clic en la notificación.',
  dismissed: 'El visitante cerró la notificación sin hacer clic.',
  received: 'El navegador mostró la notificación.',
  delivered: 'El servicio push aceptó el mensaje; el navegador no ha informado de que lo mostró.',
  'unknown-outcome': 'Puede que se entregara: se perdió la respuesta al último intento.',
  throttled: 'Espera porque el servicio push pidió una pausa.',
  paced: 'Espera su turno, porque el mensaje o el dominio piden un envío lento.',
  waiting: 'Espera su primer intento, u otro después de un fallo.',
  scheduled: 'El mensaje está programado para más tarde.',
  'not-planned-yet': 'El envío está aceptado y todavía no ha llegado a este contacto.',
  'gone-not-pruned':
    'El servicio push dijo que el contacto ya no existe; se conservó, porque son demasiados a la vez en el dominio.',
  'registered-again':
    'El servicio push dijo que el contacto ya no existe; el visitante se registró después, para mensajes posteriores.',
  pruned: 'El servicio push ya no conoce el contacto, así que se dio de baja y no recibe nada más.',
  unsubscribed: 'El visitante canceló su suscripción.',
  'wrong-key': 'El servicio push rechazó la clave VAPID: el contacto pertenece a otra.',
  'message-too-large': 'El mensaje es más grande de lo que acepta el servicio push.',
  'link-too-long': 'Con los campos del visitante, un enlace del mensaje es demasiado largo.',
  'refused-by-push-service': 'El servicio push rechazó el mensaje por otro motivo.',
  'outside-of-limits': 'El servicio push siguió rechazando más mensajes del dominio hasta que se agotó su tiempo.',
  'push-service-unavailable': 'El servicio push no pudo aceptar el mensaje hasta que se agotó su tiempo.',
  'push-api-unavailable': 'PushApi no pudo aceptar el mensaje hasta que se agotó su tiempo.',
  expired: 'El tiempo de vida del mensaje terminó antes de que pudiera enviarse.',
  cancelled: 'El envío se canceló antes de llegar a este contacto.',
  'registered-later': 'El contacto se registró, o volvió, después de que se enviara el mensaje.',
  'not-addressed': 'El mensaje se envió a otros visitantes, y no a este.',
  'not-sent': 'El mensaje está guardado y no se ha enviado a nadie.',
  'history-expired': 'El mensaje se envió hace tanto que su historial ya no se conserva.',
  'not-recorded': 'No hay nada registrado que lo explique.',
  'never-a-contact': 'El dominio no tiene ese contacto: nunca se registró allí, o fue borrado.',
};

export const causeTexts: Translations<Causes> = { en, es };
