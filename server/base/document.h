// SPDX-License-Identifier: Apache-2.0
// Documents for people, written once and told as Markdown (CommonMark with tables) or as HTML that prints well.
#ifndef WEIHU_BASE_DOCUMENT_H
#define WEIHU_BASE_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct document {
	struct buffer *out;
	bool html;
};

// Texts are told as they are, whatever they hold: nothing in them becomes markup. Language: "zh", "en".
void document_begin(struct document *document, const char *language, const char *title);
void document_heading(struct document *document, const char *text);
void document_paragraph(struct document *document, const char *text);
void document_table(struct document *document, const char *const *headings, size_t count);
void document_row(struct document *document, const char *const *cells, size_t count); // NULL: an empty cell
void document_table_end(struct document *document);
void document_end(struct document *document);

#endif
