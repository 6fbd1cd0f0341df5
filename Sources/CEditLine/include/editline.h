// libedit for Swift: its variadic functions behind fixed signatures, and the parts that run inside a
// signal handler or a C callback.
#ifndef SWIRL_EDITLINE_H
#define SWIRL_EDITLINE_H

#include <stddef.h>

typedef struct swirl_editor swirl_editor;

// Called when Tab is pressed. line: the text before the cursor, UTF-8. Returns text to insert, or null
// for nothing; *listing becomes what to show below the line, or stays null. Both to be freed by the
// caller with free().
typedef char *(*swirl_complete)(void *context, const char *line, char **listing);

// Asked several times a second while a line is being typed. Returns lines to show above it, or null;
// *status becomes what to show at the line's right end, or stays null to leave it. Both UTF-8, without
// a line break at the end, to be freed by the caller with free().
typedef char *(*swirl_notice)(void *context, char **status);

// What a line came to.
typedef enum { swirl_line, swirl_end, swirl_interrupted } swirl_outcome;

// An editor on standard input and output with emacs keys, history with prefix search on the arrow
// keys, and the user's .editrc. Null when the terminal can't be used.
swirl_editor *swirl_editor_new(const char *program, swirl_complete complete, swirl_notice notice,
                               void *context);
void swirl_editor_free(swirl_editor *editor);

// Reads one line into *text (to be freed with free(), without its line break).
swirl_outcome swirl_editor_read(swirl_editor *editor, const char *prompt, char **text);

void swirl_history_add(swirl_editor *editor, const char *line);
int swirl_history_load(swirl_editor *editor, const char *path);
int swirl_history_save(swirl_editor *editor, const char *path);

// The newest entry, or null.
const char *swirl_history_last(swirl_editor *editor);

// The size of the terminal on standard output; 0 where there is none.
int swirl_terminal_rows(void);
int swirl_terminal_columns(void);
// Runs a shell command that may take the terminal, such as a pager or an editor; its wait status.
int swirl_shell(const char *command);

// SIGINT and SIGWINCH set flags and nothing else.
void swirl_watch_interrupts(void);
// Whether the flag is set; clears it.
int swirl_take_interrupt(void);

// Character types from the environment (C.UTF-8 where it names none that exists); numbers stay "C".
void swirl_use_locale(void);

#endif
