# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # variables are for the scripts that source this file
#
# A kubelet for the plugin to ask (kubelet.py), and a pod of its own. Source it after plugin.sh.

KUBELET=/var/lib/kubelet
REAL_PLUGIN=$PLUGIN
ARGS='IgnoreUnknown=1;K8S_POD_NAMESPACE=ns;K8S_POD_NAME=upf;K8S_POD_UID=u-1'

kubelet_says() { # JQ-EXPRESSION
	jq -nc "$1" >$KUBELET/say.new && mv $KUBELET/say.new $KUBELET/say.json
}

# However long the kubelet takes: who waits for ever has failed.
t_tmpdir
printf '#!/bin/sh\nexec timeout -s KILL 30 "%s" "$@"\n' "$PLUGIN" >"$T_TMP/in-time"
chmod +x "$T_TMP/in-time"
PLUGIN=$T_TMP/in-time

kubelet_start() { # JQ-EXPRESSION
	/usr/bin/python3 -c 'import grpc' 2>/dev/null || t_skip_all 'python3-grpcio is missing (test/deps.sh test)'
	mkdir -p $KUBELET
	kubelet_says "$1"
	: >$KUBELET/calls
	/usr/bin/python3 "$SOURCE_ROOT/test/netns/kubelet.py" $KUBELET >$KUBELET/log 2>&1 &
	KUBELET_PID=$!
	t_cleanup "kill $KUBELET_PID 2>/dev/null"
	t_need 'a kubelet' t_wait 60 test -S $KUBELET/pod-resources/kubelet.sock
}

kubelet_stop() {
	kill "$KUBELET_PID" && rm -f $KUBELET/pod-resources/kubelet.sock
}
