#!/bin/sh
# Runs the services on this machine with docker compose, without Dokploy and without Nx: images come from the
# registry, nothing is built. docs/SERVER_WITHOUT_DOKPLOY.md explains every verb.
set -eu
cd "$(dirname "$0")"

usage() {
  cat <<'USAGE'
Usage: ./deploy.sh <dev|staging|prod|local> <verb> [service]

  up [service]             pull what the tags name now, start it, wait until it is healthy
  rollback [service]       put back what ran before the last change, by digest, and wait
  restart [service]        stop and start the containers, and wait
  down [service]           stop and remove the containers; data stays
  pull [service]           only fetch the images
  ps                       what runs, and whether it is healthy
  logs [service] [option]  the last lines; --follow goes on
  exec <service> <command> run a command in the service's container

Settings: the process environment, then .env.<environment>. API_IMAGE_TAG=v1.0.0 ./deploy.sh prod up
DEPLOY_WAIT_SECONDS (180): how long to wait until everything is healthy.
USAGE
}

say() { printf '%s\n' "$*"; }
# A sentence, then how to go on; 2: nothing was tried, 1: it did not work.
refuse() {
  printf 'deploy.sh: %s\n' "$1" >&2
  [ $# -lt 2 ] || printf '  %s\n' "$2" >&2
  exit "${3:-2}"
}

# --- What is asked ------------------------------------------------------------------------------------------
case "${1:-help}" in -h | --help | help) usage && exit 0 ;; esac
environment=$1
verb=${2:-}
case "$environment" in
dev | staging | prod | local) ;;
*) refuse "\"$environment\" is no environment: it must be dev, staging, prod or local." "./deploy.sh prod ${verb:-up}" ;;
esac
case "$verb" in
up | down | restart | logs | ps | pull | exec | rollback) ;;
'') refuse "A verb is missing: up, down, restart, logs, ps, pull, exec or rollback." "./deploy.sh $environment up" ;;
*) refuse "\"$verb\" is no verb: it must be up, down, restart, logs, ps, pull, exec or rollback." "./deploy.sh --help" ;;
esac
shift 2

env_file=.env.$environment
if [ ! -f "$env_file" ]; then
  [ "$environment" = local ] || refuse "There is no $env_file: it says where the images come from and which run." \
    "cp $env_file.example $env_file    # then fill in DOCKERHUB_USERNAME"
  env_file=/dev/null
fi

# Only lines that a shell, docker compose, the nx targets (env-lines.ts has the same rule) and this script read alike.
start_of_line='^[[:blank:]]*(export[[:blank:]]+)?'
value="('[^'\\\\]*'|[][A-Za-z0-9_@%+=:,./?-]+)([[:blank:]]+#.*)?"
unlike=$(LC_ALL=C grep -n -v -E "^[[:blank:]]*(#.*)?\$|${start_of_line}[A-Za-z_][A-Za-z0-9_]*=($value)?[[:blank:]]*\$" "$env_file" || true)
unlike="$unlike
$(LC_ALL=C grep -n "$(printf '\r')" "$env_file" || true)"
unlike=$(say "$unlike" | sed -n 's/^\([0-9]\{1,\}\):.*/\1/p' | sort -n -u | tr '\n' ' ')
[ -z "$unlike" ] || refuse "$env_file cannot be read alike by every tool: line $(say "${unlike% }" | sed 's/ /, line /g')." \
  "Correct it: a line is NAME=value, with a value of letters, digits and _@%+=:,./?[]- alone, or NAME='any value' without ' and \\; a comment stands on a line of its own."

# The value that the file says: of a name that is there twice, the last.
filed() {
  sed -n -E "s/$start_of_line$1=//p" "${2:-$env_file}" | tail -n 1 |
    sed -e "s/^'\([^']*\)'.*\$/\1/" -e t -e 's/[[:blank:]].*$//'
}
# The value of a setting: the process environment wins over the file. An empty variable there says nothing, to compose too.
# shellcheck disable=SC2013 # names have no spaces, and a loop behind a pipe could not unset anything
for name in $(sed -n -E "s/$start_of_line([A-Za-z_][A-Za-z0-9_]*)=.*/\2/p" "$env_file"); do
  [ -n "$(printenv "$name")" ] || unset "$name"
done
setting() { printenv "$1" || filed "$1"; }

# A shell in which another environment's file was read, as the lines for a Swarm do, or a copied file.
other() {
  refuse "This is $environment, and $1." "${2:-Use a new shell, or unset what the file of another environment set in this one.}"
}
own=$(filed EHR_ENVIRONMENT)
[ "${own:-$environment}" = "$environment" ] || other "$env_file says EHR_ENVIRONMENT=$own" "Correct $env_file."
[ "${EHR_ENVIRONMENT:-$environment}" = "$environment" ] || other "the process environment says EHR_ENVIRONMENT=$EHR_ENVIRONMENT"
project=$(filed COMPOSE_PROJECT_NAME)
project=${project:-ehr-connect-$environment}
if [ "${COMPOSE_PROJECT_NAME:-$project}" != "$project" ]; then
  for one in dev staging prod local; do
    [ "$one" != "$environment" ] || continue
    theirs=
    [ ! -f ".env.$one" ] || theirs=$(filed COMPOSE_PROJECT_NAME ".env.$one")
    case "$COMPOSE_PROJECT_NAME" in "$theirs" | "ehr-connect-$one")
      other "the process environment says COMPOSE_PROJECT_NAME=$COMPOSE_PROJECT_NAME, which is $one" ;;
    esac
  done
  project=$COMPOSE_PROJECT_NAME
fi

if [ "$environment" = local ]; then
  # Where `npm start` pushes to, and as whom.
  REGISTRY=$(setting REGISTRY) && export REGISTRY="${REGISTRY:-127.0.0.1:5050}"
  DOCKERHUB_USERNAME=$(setting DOCKERHUB_USERNAME) && export DOCKERHUB_USERNAME="${DOCKERHUB_USERNAME:-ehr-connect}"
else
  case "$(setting DOCKERHUB_USERNAME)" in
  '' | yourname) refuse "DOCKERHUB_USERNAME is not set for $environment: it is the namespace of the images." "Set it in $env_file." ;;
  esac
  # shellcheck disable=SC2013 # as above
  for name in $(sed -n 's/^ *image: .*\${\([A-Z0-9_]*_IMAGE_TAG\).*/\1/p' docker-compose.yml); do
    [ -n "$(setting "$name")" ] || refuse "$name is not set for $environment." "Set it in $env_file."
  done
fi
case ",$(setting COMPOSE_PROFILES)," in
*,postgres,*)
  postgres=yes
  case "$(setting POSTGRES_PASSWORD)" in
  '' | *[!A-Za-z0-9._~-]*) refuse "POSTGRES_PASSWORD must be letters and digits, and not empty: it becomes part of a URL." \
    "Set it in $env_file, out of: openssl rand -hex 24" ;;
  esac
  ;;
*)
  postgres=no
  [ -z "$(setting POSTGRES_PASSWORD)" ] || [ -n "$(setting DATABASE_URL)" ] || refuse \
    "POSTGRES_PASSWORD is set, but the service postgres is not switched on." "Set COMPOSE_PROFILES=postgres in $env_file, or empty the password."
  ;;
esac
export EHR_ENVIRONMENT="$environment"
history=.deploy/$environment.history
wait_seconds=${DEPLOY_WAIT_SECONDS:-180}

command -v docker >/dev/null || refuse "There is no docker command." "Install Docker Engine with the compose plugin."
docker version >/dev/null 2>&1 || refuse "The container engine does not answer." "Start it (systemctl start docker); may your user use it?" 1
docker compose version >/dev/null 2>&1 || refuse "docker has no compose plugin." "Install docker-compose-plugin (Debian: docker-compose)."

compose() { docker compose --project-name "$project" --file docker-compose.yml --env-file "$env_file" "$@"; }

services=$(compose config --services | sort | tr '\n' ' ')
service=
case "$verb" in
ps) ;;
*)
  service=${1:-}
  case "$verb $service" in logs\ -*) service= ;; esac
  [ -z "$service" ] || case " $services" in
  *" $service "*) shift ;;
  *) refuse "\"$service\" is no service of $environment: it must be one of ${services% }." "./deploy.sh $environment $verb ${services%% *}" ;;
  esac
  ;;
esac
case "$verb" in
logs | exec) ;;
*) [ $# -eq 0 ] || refuse "$verb does not understand \"$1\"." "./deploy.sh --help" ;;
esac

# --- What runs, and what ran --------------------------------------------------------------------------------
inspect() { docker inspect --format "$2" "$(container "$1")" 2>/dev/null || true; }
container() { compose ps --all --quiet "$1" 2>/dev/null | head -n 1; }
state() { inspect "$1" '{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}'; }
identity() { inspect "$1" '{{range .Config.Env}}{{println .}}{{end}}' | sed -n "s/^EHR_$2=//p"; }
prefix() { printf '%s' "${1#ehr-}" | tr '[:lower:]-' '[:upper:]_'; }
application() { for one in ${1:-$services}; do case "$one" in ehr-*) say "$one" ;; esac; done; }

# `repository@sha256:…` of the service's container.
running() {
  image=$(inspect "$1" '{{.Config.Image}}')
  case "$image" in
  '') ;;
  *@*) say "$image" ;;
  *) digest_of "$image" "$(inspect "$1" '{{.Image}}')" ;;
  esac
}
# The reference $1 with the digest the engine knows for it, or for the image $2.
digest_of() {
  case "$1" in *@*) say "$1" && return ;; esac
  repository=${1%:*}
  docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "${2:-$1}" 2>/dev/null |
    sed -n "s|^\(docker.io/\)\{0,1\}${repository#docker.io/}@|$1@|p" | head -n 1
}
# From here on compose uses this image of the service: tag@digest, and whose revision and version that is.
pin() {
  name=${2##*/}
  export "$(prefix "$1")_IMAGE_TAG=${name#*:}"
  [ -z "${3:-}" ] || export "$(prefix "$1")_REVISION=$3" "$(prefix "$1")_VERSION=$4"
}
# One line each: when, what happened, service, image, revision, version. No line is ever changed.
record() {
  mkdir -p .deploy
  say "$1 $2 $3 $4 $(identity "$3" REVISION) $(identity "$3" VERSION)" >>"$history"
}
# What ran before the service's current image: replays the journal, in which a rollback takes away what it put back.
before() {
  [ -f "$history" ] || return 0
  awk -v service="$1" -v now="$2" '
    function digest(image) { sub(/.*@/, "", image); return image }
    $3 != service { next }
    $2 == "ran" { if (n == 0 || digest(image[n]) != digest($4)) n++; line[n] = $0; image[n] = $4 }
    $2 == "back" { while (n > 0 && digest(image[n]) != digest($4)) n--; if (n > 0) n-- }
    END { while (n > 0 && digest(image[n]) == digest(now)) n--; if (n > 0) print line[n] }' "$history"
}

# --- Starting and waiting -----------------------------------------------------------------------------------
# Starts the given services (all when none is given) out of what was pulled, and waits; else explains and ends.
# Further arguments are options of `docker compose up`.
start() {
  names=$1
  shift
  [ "$postgres" = no ] || compose up --detach --wait --wait-timeout "$wait_seconds" --no-build --pull never "$@" postgres ||
    failed postgres
  # shellcheck disable=SC2086 # a list of services
  compose up --detach --wait --wait-timeout "$wait_seconds" --no-build --pull never --remove-orphans "$@" $names ||
    failed "${names:-$services}"
  report
}
failed() {
  for one in $1; do
    case "$(state "$one")" in healthy | running) continue ;; esac
    say "--- the last words of $one ($(state "$one"))"
    # Compose clears lines even where there is no terminal.
    compose logs --no-color --no-log-prefix --tail 15 "$one" 2>&1 | sed "s/$(printf '\033')\[2K//g"
  done >&2
  refuse "Not everything became healthy in $environment." "What ran before: ./deploy.sh $environment rollback${service:+ $service}" 1
}
report() {
  for one in $services; do
    address=
    case "$one" in
    ehr-web) path=/api/health ;;
    *) path=/health ;;
    esac
    case "$one" in ehr-*) address=$(compose port "$one" 3000 2>/dev/null | sed 's/^0\.0\.0\.0/127.0.0.1/') || true ;; esac
    say "$one  $(state "$one")  $(running "$one")${address:+  http://$address$path}"
  done
}
pull() {
  # shellcheck disable=SC2086
  compose pull --quiet $1 || refuse "An image could not be pulled; nothing was changed." \
    "Does the tag exist? A private repository needs: docker login${REGISTRY:+ $REGISTRY}" 1
}

now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
# What is worth going back to: what is not healthy is not.
remember() {
  current=$(running "$1")
  case "$(state "$1")" in healthy | running) [ -z "$current" ] || record "$now" ran "$1" "$current" ;; esac
}

up() {
  pull "$service"
  for one in $(application "$service"); do
    next=$(digest_of "$(compose config --images "$one")")
    [ -n "$next" ] || refuse "The engine knows no digest of $one's image, so nothing could be put back later." "./deploy.sh $environment pull" 1
    remember "$one"
    # What does not change keeps who it is: a deploy told it, and the image does not know.
    if [ "${current##*@}" = "${next##*@}" ]; then
      pin "$one" "$next" "$(identity "$one" REVISION)" "$(identity "$one" VERSION)"
    else
      pin "$one" "$next"
    fi
  done
  pull "$service"
  start "$service"
}

rollback() {
  case "$service" in '' | ehr-*) ;; *) refuse "$service holds data, which does not go back with its image." "Put its image's tag into $env_file, then: up $service" ;; esac
  candidates=$(for one in $(application "$service"); do before "$one" "$(running "$one")"; done)
  [ -n "$candidates" ] || refuse "No earlier image of ${service:-any service} is known here ($history)." \
    "Name one: API_IMAGE_TAG=v1.0.0 ./deploy.sh $environment up ehr-api" 1
  # Without a service: only what the last change changed.
  latest=$(say "$candidates" | sort | tail -n 1 | cut -d ' ' -f 1)
  chosen=$(say "$candidates" | grep "^$latest ")
  names=$(say "$chosen" | cut -d ' ' -f 3 | tr '\n' ' ')
  while read -r _ _ one image revision version; do
    pin "$one" "$image" "$revision" "$version"
    # In an emergency the registry may be what is missing.
    docker image inspect "$image" >/dev/null 2>&1 || pull "$one"
  done <<EOF
$chosen
EOF
  start "$names"
  for one in $names; do record "$now" back "$one" "$(running "$one")"; done
}

# shellcheck disable=SC2086 # no service means all of them
case "$verb" in
up) up ;;
rollback) rollback ;;
pull) pull "$service" ;;
down)
  for one in $(application "$service"); do remember "$one"; done
  compose down $service
  ;;
ps) compose ps --all ;;
logs) compose logs --tail 200 "$@" $service ;;
restart)
  for one in $(application "$service"); do
    current=$(running "$one")
    [ -z "$current" ] || pin "$one" "$current" "$(identity "$one" REVISION)" "$(identity "$one" VERSION)"
  done
  compose restart $service
  start "$service" --no-recreate
  report
  ;;
exec)
  { [ -n "$service" ] && [ $# -gt 0 ]; } || refuse "exec needs a service and a command." "./deploy.sh $environment exec ehr-api node --version"
  if [ -t 0 ]; then compose exec "$service" "$@"; else compose exec -T "$service" "$@"; fi
  ;;
esac
