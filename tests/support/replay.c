/* SPDX-License-Identifier: Apache-2.0 */
/* Gives a fuzzer's entry every file of the folders named: the corpus as an ordinary test. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	size_t n = 0, cap = 1 << 20;
	uint8_t *data = malloc(cap);

	if (!f || !data)
		exit(3);
	n = fread(data, 1, cap, f);
	fclose(f);

	uint8_t *exact = malloc(n ? n : 1); /* so that the sanitizer sees reads past the end */

	if (!exact)
		exit(3);
	for (size_t i = 0; i < n; i++)
		exact[i] = data[i];
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
	free(data);
}

int main(int argc, char **argv)
{
	int n = 0;

	for (int i = 1; i < argc; i++) {
		DIR *dir = opendir(argv[i]);
		char path[4096];
		if (!dir)
			continue;
		for (struct dirent *e; (e = readdir(dir));) {
			if (e->d_name[0] == '.')
				continue;
			snprintf(path, sizeof path, "%s/%s", argv[i], e->d_name);
			replay(path);
			n++;
		}
		closedir(dir);
	}
	printf("%d files replayed\n", n);
	return n == 0;
}
