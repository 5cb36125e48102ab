// SPDX-License-Identifier: Apache-2.0
// Numbers of JSON as the shortest text that reads back the same.
#include "cli/number.h"

#include <math.h>
#include <stdlib.h>

const char *number_text(struct arena *arena, double number)
{
	if (fabs(number) <= 9007199254740992.0 && number == trunc(number))
		return arena_print(arena, "%.0f", number);
	const char *text = NULL;
	for (int digits = 15; digits <= 17; digits++) {
		text = arena_print(arena, "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	return text;
}
