import { EXPLANATIONS } from '../../../../diagnosis/causes.js';
import type { Schema } from '../../api/api-types.js';
import type { Translations } from '../../texts/language.js';

type Causes = Readonly<Record<Schema<'DiagnosisAnswer'>['cause'], string>>;

/** In English they are the API's own. */
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

export const causeTexts: Translations<Causes> = { en: EXPLANATIONS, es };
