/* SPDX-License-Identifier: Apache-2.0 */
/* How large may be what comes from outside and is written down: the same where it comes in, where
 * it is recorded and where it is read again. Bytes, without a NUL at the end. */
#ifndef BASE_SIZES_H
#define BASE_SIZES_H

#define SIZE_NAME 1024                 /* of a network, pod, container, resource */
#define SIZE_CONFIGURATION (256 << 10) /* of a network, on stdin */
#define SIZE_ENVIRONMENT (64 << 10)    /* CNI_ARGS; CNI_PATH */

#endif
