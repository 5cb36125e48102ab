// SPDX-License-Identifier: Apache-2.0
// A fuzzed part without libFuzzer: each file named on the command line is its input, one after the other.
#include "fuzz.h"

static void replay(const char *name)
{
	FILE *file = fopen(name, "rbe");
	long length;

	demand(file != NULL && fseek(file, 0, SEEK_END) == 0 && (length = ftell(file)) >= 0, "the file can be read");
	rewind(file);
	uint8_t *bytes = malloc((size_t)length + 1); // as long as it is, so that a sanitizer sees who reads beyond it
	demand(bytes != NULL && fread(bytes, 1, (size_t)length, file) == (size_t)length, "all of it can be read");
	fclose(file);
	printf("%s\n", name);
	fflush(stdout); // the last line names the one that broke it
	(void)LLVMFuzzerTestOneInput(bytes, (size_t)length);
	free(bytes);
}

int main(int count, char **names)
{
	for (int i = 1; i < count; i++)
		replay(names[i]);
	return EXIT_SUCCESS;
}
