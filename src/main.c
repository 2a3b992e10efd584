/* SPDX-License-Identifier: Apache-2.0 */
/* mho: argv to one row of the command table. */
#include "cmd/cmd.h"

int main(int argc, char **argv)
{
	return cmd_main(argc, argv);
}
