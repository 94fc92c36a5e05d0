{{- define "arena.fullname" -}}
{{- if contains "arena" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-arena" .Release.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "arena.serviceAccount" -}}
{{- if .Values.serviceAccount.name }}{{ .Values.serviceAccount.name }}{{ else if .Values.serviceAccount.create }}{{ include "arena.fullname" . }}{{ else }}{{ fail "serviceAccount.name is required when serviceAccount.create is false" }}{{ end }}
{{- end }}

{{- define "arena.selector" -}}
app.kubernetes.io/name: arena
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: portal
{{- end }}

{{- define "arena.labels" -}}
app.kubernetes.io/name: arena
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: backstage-arena
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- /* An image, by digest when there is one. */}}
{{- define "arena.image" -}}
{{- $image := .image -}}
{{- if $image.digest }}{{ $image.repository }}@{{ $image.digest }}{{ else }}{{ $image.repository }}:{{ $image.tag | default .root.Chart.AppVersion }}{{ end }}
{{- end }}

{{- define "arena.backendUrl" -}}
{{- .Values.worker.backendUrl | default (printf "%s://%s-workers.%s.svc:%v/api/arena/worker/v1" (ternary "https" "http" (ne .Values.workerService.tlsSecret "")) (include "arena.fullname" .) .Release.Namespace .Values.workerService.port) }}
{{- end }}

{{- define "arena.appConfig" -}}
{{- $hasOwn := dict
  "image" "worker.image"
  "imagePullPolicy" "worker.image.pullPolicy"
  "imagePullSecrets" "worker.imagePullSecrets"
  "backendUrl" "worker.backendUrl"
  "resources" "worker.resources" }}
{{- range $key := keys .Values.worker.settings | sortAlpha }}
{{- if hasKey $hasOwn $key }}
{{- fail (printf "worker.settings.%s is not allowed: set %s, which is the same setting" $key (get $hasOwn $key)) }}
{{- end }}
{{- end }}
{{- $worker := dict
  "image" (include "arena.image" (dict "image" .Values.worker.image "root" .))
  "imagePullPolicy" .Values.worker.image.pullPolicy
  "imagePullSecrets" .Values.worker.imagePullSecrets
  "backendUrl" (include "arena.backendUrl" .)
  "resources" .Values.worker.resources }}
{{- $cluster := merge (dict
  "name" .Values.cluster.name
  "connection" (dict "type" "inCluster")
  "worker" (merge $worker (deepCopy .Values.worker.settings))) (deepCopy .Values.cluster.settings) }}
{{- with .Values.namespaces }}{{ $_ := set $cluster "namespaces" . }}{{ end }}
{{- with .Values.cluster.controllerClass }}{{ $_ := set $cluster "controllerClass" . }}{{ end }}
{{- $listen := dict "port" 7008 }}
{{- if .Values.workerService.tlsSecret }}
{{- $_ := set $listen "tls" (dict "certFile" "/etc/arena-tls/tls.crt" "keyFile" "/etc/arena-tls/tls.key") }}
{{- end }}
{{- $own := dict "arena" (dict
  "embedded" (dict "enabled" false)
  "workers" (dict "listen" $listen)
  "clusters" (list $cluster)) }}
{{- if .Values.webhook.enabled }}
{{- $tls := dict "certFile" "/etc/arena-webhook-tls/tls.crt" "keyFile" "/etc/arena-webhook-tls/tls.key" }}
{{- $_ := set $own.arena "webhook" (dict "port" 7009 "tls" $tls) }}
{{- end }}
{{- mergeOverwrite $own (deepCopy .Values.extraConfig) | toYaml }}
{{- end }}
