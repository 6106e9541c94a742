/* A result that an error of the server ends: what has come is shown, and is not whole. */
#include <sys/mman.h>

#include "client/result.h"
#include "tap.h"

static const struct rp_column columns[] = {{"n", RP_VALUE_NUMBER}};
static const struct rp_value row[] = {{false, {"1", 1}}};

static rp_status write_part(struct rp_result_writer *writer, const struct rp_result_style *style,
                            struct rp_error *err)
{
    RP_TRY(rp_result_begin(writer, style, columns, 1, err));
    RP_TRY(rp_result_row(writer, row, err));
    rp_result_break_off(writer);
    rp_result_break_off(writer); /* nothing is left to be done */
    RP_TRY(rp_result_begin(writer, style, columns, 1, err));
    RP_TRY(rp_result_end(writer, err));
    rp_result_break_off(writer);
    return rp_result_flush(writer, err);
}

static void breaks_off(const char *name, const char *want)
{
    struct rp_result_style style = {.form = rp_result_form_find(name)};
    struct rp_result_writer *writer = NULL;
    struct rp_error err = {0};
    char got[256] = "";
    int fd = memfd_create("result", MFD_CLOEXEC);

    WORKS(rp_result_writer_new(fd, &writer, &err), err, name);
    WORKS(write_part(writer, &style, &err), err, name);
    rp_result_writer_free(writer);
    OK(pread(fd, got, sizeof(got) - 1, 0) > 0, "something is written");
    IS_STR(got, want, name);
    (void)close(fd);
}

int main(void)
{
    breaks_off("tsv", "n\n1\nn\n");
    breaks_off("csv", "n\r\n1\r\nn\r\n");
    breaks_off("json", "[\n{\"n\":1}\n[]\n");
    breaks_off("table", "+---+\n| n |\n+---+\n| 1 |\n+---+\n+---+\n| n |\n+---+\n");
    return tap_done();
}
