/* XML: what is read, what of it can be asked for, and what is refused. */
#include "rdspass/codec/xml.h"

#include "tap.h"

/* An answer of STS; the key id is of the published form. */
static const char answer[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
    "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n"
    "  <AssumeRoleResult>\n"
    "    <Credentials>\n"
    "      <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>\n"
    "      <SessionToken>a+b/c&amp;d&#x3d;&#61;</SessionToken >\n"
    "    </Credentials>\n"
    "    <Note>it&#39;s &lt;&quot;&apos;&gt; &#x1F600; é\r\nb\rc</Note><Empty/><None></None>\n"
    "    <Two>1</Two><Two>2</Two>\n"
    "    <Mixed>a<b>c</b>d</Mixed>\n"
    "    <Twice><X>1</X></Twice><Twice><Y>2</Y></Twice>\n"
    "    <ns:Name a = 'x\"&gt;' b-c=\"y\">n</ns:Name>\n"
    "  </AssumeRoleResult>\n"
    "</AssumeRoleResponse> \n";

static rp_status parse(struct rp_span text, struct rp_xml **out, struct rp_error *err)
{
    return rp_xml_parse(text, RP_KIND_CREDENTIALS, "the answer", out, err);
}

static void has(const struct rp_xml *xml, const char *path, const char *want)
{
    char whole[128] = "AssumeRoleResponse/AssumeRoleResult/";

    (void)snprintf(whole + strlen(whole), sizeof(whole) - strlen(whole), "%s", path);
    const char *got = rp_xml_text(xml, whole);
    IS_STR(got == NULL ? "nothing" : got, want, path);
}

static void test_answer(void)
{
    RP_XML_AUTO struct rp_xml *xml = NULL;
    struct rp_error err = {0};

    WORKS(parse(rp_span(answer), &xml, &err), err, "an answer");
    has(xml, "Credentials/AccessKeyId", "ASIAIOSFODNN7EXAMPLE");
    has(xml, "Credentials/SessionToken", "a+b/c&d==");
    has(xml, "Note", "it's <\"'> 😀 é\nb\nc");
    has(xml, "Empty", "");
    has(xml, "None", "");
    has(xml, "Two", "nothing");
    has(xml, "Mixed", "nothing");
    has(xml, "Mixed/b", "c");
    has(xml, "Twice/X", "nothing");
    has(xml, "ns:Name", "n");
    has(xml, "Name", "nothing");
    has(xml, "Credentials", "nothing");
    has(xml, "credentials/accessKeyId", "nothing");
    has(xml, "Credentials/AccessKeyId/", "nothing");
    has(xml, "", "nothing");
    OK(rp_xml_text(xml, "AssumeRoleResult/Note") == NULL, "a path begins at the root");
    OK(rp_xml_text(NULL, "a") == NULL, "nothing of nothing");
}

static void good(const char *text)
{
    RP_XML_AUTO struct rp_xml *xml = NULL;
    struct rp_error err = {0};

    WORKS(parse(rp_span(text), &xml, &err), err, text);
}

static void bad_span(struct rp_span text, const char *why)
{
    RP_XML_AUTO struct rp_xml *xml = NULL;
    struct rp_error err = {0};
    char want[128];

    (void)snprintf(want, sizeof(want), "the answer is not valid XML: %s", why);
    FAILS(parse(text, &xml, &err), RP_KIND_CREDENTIALS, err, "refused");
    IS_STR(err.msg, want, why);
    OK(xml == NULL, "nothing is given");
}

static void bad(const char *text, const char *why)
{
    bad_span(rp_span(text), why);
}

/* Every beginning of a document is a document cut short, and nothing else. */
static void test_beginnings(void)
{
    struct rp_span all = rp_span_trim(rp_span(answer));
    bool good_words = true;

    all = rp_span_first(all, rp_span_find_last(all, '>') + 1);
    for (size_t n = 0; n < all.n; n++) {
        RP_XML_AUTO struct rp_xml *xml = NULL;
        struct rp_error err = {0};
        bool failed = rp_failed(parse(rp_span_first(all, n), &xml, &err));
        if (!failed || strstr(err.msg, "not valid XML") == NULL)
            good_words = OK(false, "%zu bytes: %s", n, err.msg);
    }
    OK(good_words, "every beginning is refused");
}

static void test_refused(void)
{
    static const char unknown[] = "an entity or a character reference is unknown";
    static const char other[] = "it holds something else than elements and text";
    static const char declaration[] = "its first line does not declare XML 1.0 in UTF-8";

    bad("", "it ends too early");
    bad("  ", "it ends too early");
    bad("text", "it does not begin with an element");
    bad("\xef\xbb\xbf<a/>", "it does not begin with an element");
    bad("<a>", "it ends too early");
    bad("<a", "it ends too early");
    bad("<a b", "it ends too early");
    bad("<a b=", "it ends too early");
    bad("<a b='", "it ends too early");
    bad("<a></a", "it ends too early");
    bad("<a>&am", "it ends too early");
    bad("<a></b>", "a tag ends another element than the open one");
    bad("<a><b></a></b>", "a tag ends another element than the open one");
    bad("<a></A>", "a tag ends another element than the open one");
    bad("<a/><b/>", "something follows the root");
    bad("<a/>x", "something follows the root");
    bad("</a>", other);
    bad("< a/>", other);
    bad("<1/>", other);
    bad("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", other);
    bad("<a><!-- b --></a>", other);
    bad("<a><![CDATA[b]]></a>", other);
    bad("<a><?b c?></a>", other);
    bad("<?b c?><a/>", other);
    bad(" <?xml version='1.0'?><a/>", other);
    bad("<a>]]></a>", "a text holds ]]>");
    bad("<a>&b;</a>", unknown);
    bad("<a>&AMP;</a>", unknown);
    bad("<a>& </a> much more", unknown);
    bad("<a>&;</a>", unknown);
    bad("<a>&#;</a>", unknown);
    bad("<a>&#x;</a>", unknown);
    bad("<a>&#X41;</a>", unknown);
    bad("<a>&#0;</a>", unknown);
    bad("<a>&#27;</a>", unknown);
    bad("<a>&#x80;</a>", unknown);
    bad("<a>&#xD800;</a>", unknown);
    bad("<a>&#x110000;</a>", unknown);
    bad("<a>&#xFFFE;</a>", unknown);
    bad("<a>&#x1000041;</a>", unknown);
    bad("<a>&#0000000065</a>;", unknown);
    bad("<a>&#-1;</a>", unknown);
    bad("<a b='&c;'/>", unknown);
    bad("<a b='<'/>", "the value of an attribute holds a '<'");
    bad("<a b=c/>", "an attribute has no value");
    bad("<a b/>", "an attribute has no value");
    bad("<a b='1' b='2'/>", "an attribute comes twice");
    bad("<a b='1'c='2'/>", "a tag is malformed");
    bad("<a/ >", "a tag is malformed");
    bad("<a></a b='1'>", "a tag is malformed");
    bad("<a =''/>", "the name of an attribute is malformed");
    bad("<\xc3\xa9/>", other);
    bad("<a\x7f/>", "it holds a control character");
    bad("<a>\x1b[2J</a>", "it holds a control character");
    bad("<a>\xc2\x9b</a>", "it holds a control character");
    bad("<a>\xef\xbf\xbe</a>", "it holds a control character");
    bad_span(RP_SPAN("<a>\0</a>"), "it holds a control character");
    bad("<a>\xff</a>", "it is not UTF-8");
    bad("<?xml version='1.1'?><a/>", declaration);
    bad("<?xml version='1.0' encoding='UTF-16'?><a/>", declaration);
    bad("<?xml encoding='UTF-8'?><a/>", declaration);
    bad("<?xml?><a/>", declaration);
    bad("<?xml version='1.0' standalone='maybe'?><a/>", declaration);
    bad("<?xml version='1.0'?>", "it ends too early");
    good("<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<a/>\t");
    good("<_:a.b-c1 xml:lang=\"'\"></_:a.b-c1\n>");
}

/* As deep, and as many elements and attributes, as may be, and one more. */
static void test_limits(void)
{
    RP_BUF_AUTO struct rp_buf text = {.max = 8192};

    for (int more = 0; more <= 1; more++) {
        rp_buf_clear(&text);
        for (int i = 0; i < RP_XML_DEPTH_MAX + more; i++)
            rp_buf_add_str(&text, "<a>");
        for (int i = 0; i < RP_XML_DEPTH_MAX + more; i++)
            rp_buf_add_str(&text, "</a>");
        (more == 0) ? good(rp_buf_str(&text)) : bad(rp_buf_str(&text), "it is nested too deeply");
        rp_buf_clear(&text);
        rp_buf_add_str(&text, "<a>");
        for (int i = 0; i < RP_XML_ELEMENTS_MAX - 1 + more; i++)
            rp_buf_add_str(&text, "<b/>");
        rp_buf_add_str(&text, "</a>");
        (more == 0) ? good(rp_buf_str(&text)) : bad(rp_buf_str(&text), "it has too many elements");
        rp_buf_clear(&text);
        rp_buf_add_str(&text, "<a");
        for (int i = 0; i < 16 + more; i++)
            rp_buf_addf(&text, " a%d=''", i);
        rp_buf_add_str(&text, "/>");
        (more == 0) ? good(rp_buf_str(&text))
                    : bad(rp_buf_str(&text), "an element has too many attributes");
    }
}

int main(void)
{
    test_answer();
    test_beginnings();
    test_refused();
    test_limits();
    return tap_done();
}
