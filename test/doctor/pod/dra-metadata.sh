#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A metadata file of a DRA driver that is cut short, for real; the device that a good one names is
# looked at.
. "$(dirname "$0")/../in-a-pod.sh"

silent
dir=/run/kubernetes.io/dra-device-attributes/resourceclaims/claim/request
mkdir -p $dir
jq -nc '{apiVersion: "metadata.resource.k8s.io/v1alpha1", kind: "DeviceMetadata", requests: [{name: "request", devices:
	[{attributes: {"resource.kubernetes.io/pciBusID": {string: "0000:3b:02.7"}}}]}]}' >$dir/nic-metadata.json
silent
t_json 'its device is looked at' "$("${DOCTOR[@]}" --json --check device-gone)" \
	'.findings[0].found | test("nic-metadata.json: there is no device 0000:3b:02.7")' true
echo '{"apiVersion":' >$dir/nic-metadata.json
finds warning 'nic-metadata.json' 'update the DRA driver'
t_done
