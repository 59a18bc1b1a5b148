{{/* The values of a part. Takes (list root part). */}}
{{- define "push-contact.valuesKey" -}}
{{- if eq . "push-api" -}}pushApi{{- else -}}{{ . }}{{- end -}}
{{- end -}}

{{/*
The secrets that a part is given, as YAML {SETTING: {name, key}}. The private keys of push services are
push-api's alone, and it has none of what is stored; the token of Doppler is the worker's.
*/}}
{{- define "push-contact.secrets" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
{{- $given := dict "PUSH_API_TOKEN" "pushApiToken" "OTEL_EXPORTER_OTLP_HEADERS" "otlpHeaders" -}}
{{- $stored := dict "MONGODB_URI" "mongodbUri" "REDIS_URL" "redisUrl" "ENCRYPTION_KEY" "encryptionKey" "ENCRYPTION_IV" "encryptionIv" "REDIS_SENTINEL_PASSWORD" "redisSentinelPassword" "REDIS_CA" "redisCa" "REDIS_CERT" "redisCert" "REDIS_KEY" "redisKey" -}}
{{- if eq $part "push-api" -}}
{{- $given = merge $given (dict "VAPID_PRIVATE_KEY" "vapidPrivateKey" "FIREBASE_CREDENTIALS" "firebaseCredentials") -}}
{{- else if eq $part "worker" -}}
{{- $given = merge $given (dict "DOPPLER_INTERNAL_TOKEN" "dopplerInternalToken") -}}
{{- end -}}
{{- if ne $part "push-api" -}}{{- $given = merge $given $stored -}}{{- end -}}
{{- range $setting, $value := $given }}
{{- with index $root.Values.secrets $value }}
{{- if .name }}
{{ $setting }}: { name: {{ .name | quote }}, key: {{ .key | quote }} }
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The source of the folder of VAPID keys: pairs for push-api, public halves for the api, else empty. */}}
{{- define "push-contact.vapidKeys" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
{{- if and (eq $part "push-api") $root.Values.vapid.keysSecret -}}
secret: { secretName: {{ $root.Values.vapid.keysSecret | quote }}, defaultMode: 0440 }
{{- else if and (eq $part "api") $root.Values.vapid.publicKeysConfigMap -}}
configMap: { name: {{ $root.Values.vapid.publicKeysConfigMap | quote }} }
{{- end -}}
{{- end -}}

{{/* The settings of a part, as YAML {NAME: value}; its own win over those of all parts. */}}
{{- define "push-contact.settings" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
{{- $own := dict "APP_MODE" $part "JWT_PUBLIC_KEYS_DIR" "/run/jwt-public-keys" -}}
{{- if ne $part "push-api" -}}
{{- $_ := set $own "PUSH_API_URL" (include "push-contact.pushApiUrl" $root) -}}
{{- else -}}
{{- $_ := set $own "PUSH_API_THREADS" (toString $root.Values.pushApi.threads) -}}
{{- end -}}
{{- with $root.Values.publicUrl -}}{{- $_ := set $own "PUBLIC_URL" . -}}{{- end -}}
{{- with $root.Values.vapid.publicKey -}}{{- $_ := set $own "VAPID_PUBLIC_KEY" . -}}{{- end -}}
{{- if and (eq $part "push-api") $root.Values.vapid.subject -}}
{{- $_ := set $own "VAPID_SUBJECT" $root.Values.vapid.subject -}}
{{- end -}}
{{- if include "push-contact.vapidKeys" . -}}{{- $_ := set $own "VAPID_KEYS_DIR" "/run/vapid-keys" -}}{{- end -}}
{{- range $setting, $_secret := include "push-contact.secrets" . | fromYaml -}}
{{- $_ := set $own (printf "%s_FILE" $setting) (printf "/run/secrets/push-contact/%s" $setting) -}}
{{- end -}}
{{- $values := index $root.Values (include "push-contact.valuesKey" $part) -}}
{{- mergeOverwrite $own $root.Values.settings $values.settings | toYaml -}}
{{- end -}}

{{- define "push-contact.image" -}}
{{- $root := index . 0 -}}
{{- $values := index $root.Values (include "push-contact.valuesKey" (index . 1)) -}}
{{- if and $root.Values.image.digest (not $values.imageTag) -}}
{{ $root.Values.image.repository }}@{{ $root.Values.image.digest }}
{{- else -}}
{{ $root.Values.image.repository }}:{{ $values.imageTag | default $root.Values.image.tag | default $root.Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "push-contact.volumes" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- range $setting, $secret := include "push-contact.secrets" . | fromYaml }}
      - secret:
          name: {{ $secret.name | quote }}
          items:
            - { key: {{ $secret.key | quote }}, path: {{ $setting }} }
      {{- end }}
- name: jwt-public-keys
  {{- if $root.Values.jwtPublicKeys.secret }}
  secret: { secretName: {{ $root.Values.jwtPublicKeys.secret | quote }}, defaultMode: 0440 }
  {{- else }}
  configMap: { name: {{ required "jwtPublicKeys needs a configMap or a secret" $root.Values.jwtPublicKeys.configMap | quote }} }
  {{- end }}
{{- with include "push-contact.vapidKeys" . }}
- name: vapid-keys
  {{- . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "push-contact.container" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
{{- $values := index $root.Values (include "push-contact.valuesKey" $part) -}}
- name: {{ $part }}
  image: {{ include "push-contact.image" . | quote }}
  imagePullPolicy: {{ $root.Values.image.pullPolicy }}
  {{- if eq $part "api" }}
  # As `npm run start:api`, with a larger young generation than the image's (docs/decisions/0006).
  command: ['node', '--max-semi-space-size=32', 'dist/main.js']
  {{- end }}
  env:
    {{- range $name, $value := include "push-contact.settings" . | fromYaml }}
    - { name: {{ $name }}, value: {{ $value | toString | quote }} }
    {{- end }}
  ports:
    - { name: http, containerPort: 3000 }
    - { name: metrics, containerPort: 9464 }
  # Readiness follows the dependencies; liveness does not, since a restart brings none of them back. Nor does
  # that of push-api: without Firebase it still sends Web Push.
  startupProbe:
    httpGet: { path: /health/live, port: http }
    periodSeconds: 2
    timeoutSeconds: 5
    failureThreshold: {{ div $root.Values.startup.timeoutSeconds 2 }}
  readinessProbe:
    httpGet: { path: {{ ternary "/health/live" "/health/ready" (eq $part "push-api") }}, port: http }
    periodSeconds: 5
    timeoutSeconds: 4
    failureThreshold: 2
  livenessProbe:
    httpGet: { path: /health/live, port: http }
    periodSeconds: 10
    timeoutSeconds: 5
    failureThreshold: 6
  {{- if ne $part "worker" }}
  lifecycle:
    preStop:
      exec: { command: ['sleep', {{ $root.Values.preStopSeconds | toString | quote }}] }
  {{- end }}
  securityContext:
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: true
    capabilities: { drop: [ALL] }
  resources:
    {{- toYaml $values.resources | nindent 4 }}
  volumeMounts:
    - { name: secrets, mountPath: /run/secrets/push-contact, readOnly: true }
    - { name: jwt-public-keys, mountPath: /run/jwt-public-keys, readOnly: true }
    {{- if include "push-contact.vapidKeys" . }}
    - { name: vapid-keys, mountPath: /run/vapid-keys, readOnly: true }
    {{- end }}
{{- end -}}

{{/* A Deployment. Takes (list root part). */}}
{{- define "push-contact.deployment" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
{{- $values := index $root.Values (include "push-contact.valuesKey" $part) -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "push-contact.fullname" $root }}-{{ $part }}
  labels:
    {{- include "push-contact.labels" . | nindent 4 }}
spec:
  {{- if not $values.autoscaling.enabled }}
  replicas: {{ $values.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  progressDeadlineSeconds: {{ add $root.Values.startup.timeoutSeconds 120 }}
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  selector:
    matchLabels:
      {{- include "push-contact.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "push-contact.labels" . | nindent 8 }}
      {{- with $values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ include "push-contact.serviceAccountName" $root }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      {{- with $root.Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      terminationGracePeriodSeconds: {{ add $root.Values.terminationGracePeriodSeconds (ternary 0 $root.Values.preStopSeconds (eq $part "worker")) }}
      # The user `node` of the image.
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        runAsGroup: 1000
        fsGroup: 1000
        seccompProfile: { type: RuntimeDefault }
      containers:
        {{- include "push-contact.container" . | nindent 8 }}
      volumes:
        {{- include "push-contact.volumes" . | nindent 8 }}
      topologySpreadConstraints:
        {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
        - maxSkew: 1
          topologyKey: {{ . }}
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "push-contact.selector" (list $root $part) | nindent 14 }}
        {{- end }}
      {{- with $values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end -}}
