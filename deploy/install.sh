#!/bin/sh
# Install or update on a machine without a package index, as root, from this folder of code:
#
#     deploy/install.sh WHEELHOUSE [DIGEST]
#
# WHEELHOUSE is what `python3 start.py --fetch-wheels` filled, DIGEST the SHA-256 of its
# requirements.lock, as that command printed it. PYTHON names another Python than python3.
set -eu

HOME_DIR=/opt/policy-tracker
NEW=$HOME_DIR.new
STATE_DIR=/var/lib/policy-tracker
SETTINGS=/etc/policy-tracker.env
OWNER_SETTINGS=/etc/policy-tracker.owner.env
CODE=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)

fail() {
    echo "$*" >&2
    exit 1
}

# Runs the new code's manage.py with the settings of the files named before --; the last one rules.
manage() {
    (
        while [ "$1" != -- ]; do
            # The last line, too, where nothing ends it; and files that came by way of Windows.
            while IFS= read -r line || [ -n "$line" ]; do
                line=${line%"$(printf '\r')"}
                case $line in
                '' | '#'*) ;;
                *) export "${line?}" ;;
                esac
            done <"$1"
            shift
        done
        shift
        cd "$NEW"
        umask 077
        runuser -u policy -- .venv/bin/python manage.py "$@"
    )
}

[ "$(id -u)" = 0 ] || fail "must run as root"
[ $# -ge 1 ] || fail "usage: deploy/install.sh WHEELHOUSE [DIGEST]"
WHEELS=$(CDPATH='' cd -- "$1" && pwd)
LOCK=$WHEELS/requirements.lock
[ -f "$LOCK" ] || fail "no $LOCK: fill the folder with start.py --fetch-wheels"
if [ $# -ge 2 ]; then
    echo "$2  $LOCK" | sha256sum --check --quiet || fail "$LOCK is not the one that was fetched"
fi
for file in "$SETTINGS" "$OWNER_SETTINGS"; do
    [ -f "$file" ] || fail "no $file: see deploy/*.env.example"
done

id policy >/dev/null 2>&1 ||
    useradd --system --user-group --home-dir "$STATE_DIR" --shell /usr/sbin/nologin policy
install -d -o policy -g policy -m 0700 "$STATE_DIR"
chown root:policy "$SETTINGS"
chmod 0640 "$SETTINGS"
chmod 0600 "$OWNER_SETTINGS"

echo "code and packages to $NEW"
rm -rf "$NEW"
install -d -m 0755 "$NEW"
tar -C "$CODE" --exclude=./.git --exclude=./.venv --exclude=./var --exclude=./.env -cf - . |
    tar -C "$NEW" --no-same-owner --no-same-permissions -xf -
chmod -R go+rX "$NEW"
"${PYTHON:-python3}" -m venv "$NEW/.venv"
"$NEW/.venv/bin/python" -m pip install --quiet --no-index --find-links "$WHEELS" \
    --require-hashes --only-binary :all: -r "$LOCK"
runuser -u policy -- "$NEW/.venv/bin/python" -c '' ||
    fail "the account policy may not run ${PYTHON:-python3}: name another one, PYTHON=/usr/bin/python3"

# Before anything that runs is touched.
manage "$SETTINGS" -- check --deploy --fail-level WARNING

HAS_SYSTEMD=
if [ -d /run/systemd/system ]; then
    HAS_SYSTEMD=yes
    # The old pages go on answering meanwhile; jobs of the old code stop, and start again whatever
    # happens here.
    trap 'systemctl start policy-tracker.target' EXIT
    systemctl stop policy-tracker-beat.service policy-tracker-worker.service 2>/dev/null || true
fi
echo "database and static files"
manage "$SETTINGS" "$OWNER_SETTINGS" -- prepare --app-role policy_app
manage "$SETTINGS" -- collectstatic --noinput --verbosity 0

rm -rf "$HOME_DIR.old"
[ ! -d "$HOME_DIR" ] || mv "$HOME_DIR" "$HOME_DIR.old"
mv "$NEW" "$HOME_DIR"
install -m 0644 "$HOME_DIR/deploy/systemd/policy-tracker.tmpfiles" /etc/tmpfiles.d/policy-tracker.conf
if [ "$HAS_SYSTEMD" ]; then
    install -m 0644 "$HOME_DIR"/deploy/systemd/*.service "$HOME_DIR"/deploy/systemd/*.target \
        /etc/systemd/system/
    systemd-tmpfiles --create policy-tracker.conf
    systemctl daemon-reload
    systemctl enable policy-tracker.target policy-tracker-worker.service \
        policy-tracker-beat.service
    for number in 1 2 3 4; do
        # One after the other: the rest answer meanwhile, the old code still where this one does not.
        systemctl restart "policy-tracker-web@$number.service"
        sleep 5
        systemctl --quiet is-active "policy-tracker-web@$number.service" ||
            fail "web process $number does not stay up: journalctl -u policy-tracker-web@$number"
    done
fi
echo "done; the version before is in $HOME_DIR.old"
