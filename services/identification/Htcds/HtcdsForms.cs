using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace Tiltas.Identification.Htcds;

/// <summary>In what form the export is wanted.</summary>
internal enum HtcdsForm { Csv, Json, Lines }

/// <summary>Writes records one by one; no form ever holds more than one of them.</summary>
internal static class HtcdsForms
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    // What a spreadsheet takes for a formula; an apostrophe before it makes it text.
    private static readonly SearchValues<char> Risky = SearchValues.Create("=+-@\t\r'"), Special = SearchValues.Create(",;\"\r\n");

    public static string ContentType(this HtcdsForm form) => form switch
    {
        HtcdsForm.Csv => "text/csv; charset=utf-8",
        HtcdsForm.Json => "application/json; charset=utf-8",
        HtcdsForm.Lines => "application/x-ndjson; charset=utf-8",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>As <c>format</c> says; else as <c>Accept</c> likes best; else CSV. Null for a format that there is none of.</summary>
    public static HtcdsForm? Wanted(string? format, HttpRequest request) => format switch
    {
        "csv" => HtcdsForm.Csv,
        "json" => HtcdsForm.Json,
        "ndjson" => HtcdsForm.Lines,
        null => MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var liked)
            ? liked.Where(type => type.Quality is not 0).OrderByDescending(type => type.Quality ?? 1).Select(type => Of(type.MediaType.Value)).FirstOrDefault(form => form is not null) ?? HtcdsForm.Csv
            : HtcdsForm.Csv,
        _ => null,
    };

    private static HtcdsForm? Of(string? mediaType) => mediaType?.ToLowerInvariant() switch
    {
        "text/csv" or "*/*" or "text/*" => HtcdsForm.Csv,
        "application/json" or "application/*" => HtcdsForm.Json,
        "application/x-ndjson" => HtcdsForm.Lines,
        _ => null,
    };

    public static void Begin(this HtcdsForm form, PipeWriter to)
    {
        if (form == HtcdsForm.Json) to.Write("["u8);
        if (form == HtcdsForm.Csv) Line(to, HtcdsColumn.All.Select(column => column.Name));
    }

    public static void Next(this HtcdsForm form, PipeWriter to, HtcdsRecord record, bool first)
    {
        if (form == HtcdsForm.Csv)
        {
            Line(to, HtcdsColumn.All.Select(column => column.One is { } one ? one(record) ?? "" : string.Join(';', column.Many!(record))));
            return;
        }
        if (form == HtcdsForm.Json && !first) to.Write(","u8);
        using (var json = new Utf8JsonWriter(to, Plain)) Object(json, record);
        if (form == HtcdsForm.Lines) to.Write("\n"u8);
    }

    public static void End(this HtcdsForm form, PipeWriter to)
    {
        if (form == HtcdsForm.Json) to.Write("]"u8);
    }

    private static void Object(Utf8JsonWriter json, HtcdsRecord record)
    {
        json.WriteStartObject();
        foreach (var column in HtcdsColumn.All)
        {
            if (column.One is { } one)
            {
                json.WriteString(column.Name, one(record));
                continue;
            }
            json.WriteStartArray(column.Name);
            foreach (var value in column.Many!(record)) json.WriteStringValue(value);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void Line(PipeWriter to, IEnumerable<string> cells) => Encoding.UTF8.GetBytes(string.Join(',', cells.Select(Cell)) + "\r\n", to);

    /// <summary>A cell as RFC 4180 has it, that no spreadsheet runs.</summary>
    internal static string Cell(string text)
    {
        var safe = text.Length > 0 && Risky.Contains(text[0]) ? "'" + text : text;
        return safe.AsSpan().ContainsAny(Special) ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
