// Sends a message to every contact of a domain, follows it until it is done, and prints the report.
//
//   PUSH_CONTACT_TOKEN=… dotnet run Send.cs -- shop.localhost "Summer sale" "Half price until Sunday."
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

const int Attempts = 5;

var api = Environment.GetEnvironmentVariable("PUSH_CONTACT_URL") ?? "http://localhost:3000";
var token = Environment.GetEnvironmentVariable("PUSH_CONTACT_TOKEN");
if (token is null || args.Length < 3)
{
    Console.Error.WriteLine("Usage: PUSH_CONTACT_TOKEN=… dotnet run Send.cs -- <domain> <title> <body>");
    return 1;
}

var (domain, title, body) = (args[0], args[1], args[2]);
using var http = new HttpClient { BaseAddress = new Uri(api) };
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

// PUT replaces all settings of the domain.
await Call(HttpMethod.Put, $"/domains/{domain}", new JsonObject { ["isPushFeatureEnabled"] = true });

// With the same key a repeated request sends nothing twice, so it can be repeated when its response is lost.
var message = new JsonObject
{
    ["title"] = title,
    ["body"] = body,
    ["onClickLink"] = "https://example.com/sale",
};
var accepted = await Call(HttpMethod.Post, $"/messages/domains/{domain}", message, Guid.NewGuid().ToString());
var messageId = (string)accepted!["messageId"]!;
Console.WriteLine($"Accepted as {messageId}");

JsonNode progress;
do
{
    await Task.Delay(TimeSpan.FromSeconds(0.5));
    progress = (await Call(HttpMethod.Get, $"/messages/{messageId}/progress"))!;
    var planned = (int)progress["planned"]!;
    Console.WriteLine($"{progress["state"]}: {planned - (int)progress["pending"]!} of {planned}");
} while (progress["finishedAt"] is null);

// Reports count by hours that begin in the period, so it starts well before now.
var to = DateTime.UtcNow;
var period = $"from={to.AddDays(-1):s}Z&to={to:s}Z";
var report = (await Call(HttpMethod.Get, $"/domains/{domain}/messages/{messageId}/stats?{period}"))!;
Console.WriteLine(
    $"sent {report["sent"]}, delivered {report["delivered"]}, not delivered {report["notDelivered"]}, "
        + $"received {report["received"]}, clicks {report["clicks"]}"
);
return 0;

// Returns the response's JSON. Repeats a request that got no response or 503; throws on other failures.
async Task<JsonNode?> Call(HttpMethod method, string path, JsonObject? json = null, string? key = null)
{
    for (var attempt = 1; ; attempt++)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json.ToJsonString(), Encoding.UTF8, "application/json");
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        var pause = TimeSpan.FromSeconds(attempt);
        try
        {
            using var response = await http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            if (response.IsSuccessStatusCode) return text == "" ? null : JsonNode.Parse(text);
            if (response.StatusCode != HttpStatusCode.ServiceUnavailable || attempt == Attempts)
                throw new InvalidOperationException($"{(int)response.StatusCode} {text}");
            pause = response.Headers.RetryAfter?.Delta ?? pause;
        }
        catch (HttpRequestException) when (attempt < Attempts)
        {
            // No response: the next attempt finds out.
        }
        await Task.Delay(pause);
    }
}
